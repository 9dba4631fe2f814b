vcl 4.1;

# Varnish in front of a Khulasat desk (Debian: varnish, varnish-modules). In config.toml:
#   [cdn]
#   purge_url = "http://127.0.0.1:6081/{tag}"

import xkey;

backend desk {
    .host = "127.0.0.1";
    .port = "8000";
}

# Who may purge: the desk.
acl desks {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    if (req.method == "PURGE") {
        if (client.ip !~ desks) {
            return (synth(403));
        }
        # Not gone, but old: it is served no more unless the desk is down.
        set req.http.gone = xkey.softpurge(regsub(req.url, "^/", ""));
        return (synth(200, "Gone: " + req.http.gone));
    }
    if (req.restarts == 0) {
        # What is old is asked for again before anything is answered.
        set req.grace = 0s;
    } else {
        # The desk did not answer: what was served last.
        set req.grace = 24h;
    }
}

sub vcl_backend_response {
    set beresp.http.xkey = beresp.http.Surrogate-Key;
    set beresp.grace = 24h;
    if (beresp.status >= 500 && bereq.is_bgfetch) {
        # An error takes no good answer's place.
        return (abandon);
    }
}

sub vcl_deliver {
    if (resp.status >= 500 && req.restarts == 0 && req.method == "GET") {
        return (restart);
    }
    unset resp.http.xkey;
}
