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
    # The desk reads none, and what is asked for with one would not be kept.
    unset req.http.Cookie;
    unset req.http.served-last;
    if (req.restarts == 0) {
        # What is old is asked for again before anything is answered.
        set req.grace = 0s;
    } else {
        # The desk did not answer: what was served last.
        set req.grace = 24h;
        set req.http.served-last = "wanted";
    }
}

sub vcl_backend_response {
    set beresp.http.xkey = beresp.http.Surrogate-Key;
    set beresp.grace = 24h;
    if (beresp.status >= 500) {
        call drop_error;
        return (deliver);
    }
}

sub vcl_backend_error {
    call drop_error;
}

# An error takes no good answer's place, not for a moment. Left alone, Varnish keeps the desk's for two minutes as a
# sign to look for nothing that is kept, and its own for a second where others wait for the same address.
sub drop_error {
    if (bereq.is_bgfetch || (!bereq.uncacheable && !bereq.http.served-last)) {
        return (abandon);
    }
    set beresp.ttl = 0s;
    set beresp.grace = 0s;
}

# Where a request was abandoned: once more, with what was served last.
sub vcl_synth {
    if (resp.status >= 500 && req.restarts == 0 && req.method ~ "^(GET|HEAD)$") {
        return (restart);
    }
}

sub vcl_deliver {
    unset resp.http.xkey;
}
