#!/bin/sh
# Installs the programs that tests run (with `soak`, those of the long ones too; with `bench`, those of measurements alone), where this is root on Debian; elsewhere those tests skip and name the package.
set -eu
missing=""
if [ "${1:-}" = bench ]; then
	command -v wrk >/dev/null 2>&1 || missing="$missing wrk"
	command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ] || missing="$missing nginx"
else
	command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
	command -v java >/dev/null 2>&1 || missing="$missing default-jre-headless"
	fc-list 2>/dev/null | grep -qi "Noto.*Arabic" || missing="$missing fontconfig fonts-noto-core"
	if [ "${1:-}" = soak ]; then
		[ -d /usr/share/wordpress ] && command -v php >/dev/null 2>&1 && command -v mariadbd >/dev/null 2>&1 \
			|| missing="$missing wordpress php-fpm php-cli php-mysql php-xml php-mbstring mariadb-server"
		command -v podman >/dev/null 2>&1 || missing="$missing podman"
		command -v crun >/dev/null 2>&1 || missing="$missing crun"
		command -v mmdebstrap >/dev/null 2>&1 || missing="$missing mmdebstrap"
	fi
	command -v varnishd >/dev/null 2>&1 || [ -x /usr/sbin/varnishd ] || missing="$missing varnish"
	ls /usr/lib/*/varnish/vmods/libvmod_xkey.so >/dev/null 2>&1 || missing="$missing varnish-modules"
	command -v newsboat >/dev/null 2>&1 || missing="$missing newsboat"
	command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ] || missing="$missing nginx"
	[ -e /usr/lib/nginx/modules/ngx_http_brotli_static_module.so ] || missing="$missing libnginx-mod-http-brotli-static"
	command -v caddy >/dev/null 2>&1 || missing="$missing caddy"
	command -v systemd-analyze >/dev/null 2>&1 || missing="$missing systemd"
fi
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	echo "installing:$missing"
	apt-get update -qq
	# shellcheck disable=SC2086
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
	echo "not installed, so what needs them is skipped or fails:$missing"
fi
