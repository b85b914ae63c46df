# shellcheck shell=bash disable=SC2154  # option, changed: deploy/up's
# Packages and services of deploy/up; sourced by it.

# --- packages --------------------------------------------------------------------------------

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
absent_packages() {
    local one
    for one in openssl ca-certificates \
        $(with redis && echo redis-server) $(with mariadb && echo mariadb-server) \
        $({ with mosquitto || with broker; } && echo mosquitto); do
        installed "$one" || echo "$one"
    done
    if with nginx && [ ! -x /usr/sbin/nginx ]; then echo nginx-light; fi
}
install_packages() {
    local absent
    mapfile -t absent < <(absent_packages)
    [ ${#absent[@]} -gt 0 ] || return 0
    say "      apt installs ${absent[*]}"
    quiet apt-update apt-get update -q || say "      (apt-get update failed; trying with the old lists)"
    quiet apt-install env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
        --no-install-recommends -o Dpkg::Use-Pty=0 "${absent[@]}"
    # Debian starts a Redis on 6379 with the package, and a Mosquitto on 1883. Nobody asked for those.
    if [[ " ${absent[*]} " == *" redis-server "* ]] && [ -d /run/systemd/system ]; then
        quiet redis-default systemctl disable --now redis-server.service
    fi
    if with broker && [[ " ${absent[*]} " == *" mosquitto "* ]] && [ -d /run/systemd/system ]; then
        quiet mosquitto-default systemctl disable --now mosquitto.service
    fi
}

# --- the gateway -----------------------------------------------------------------------------

install_gateway() {
    if [ -z "$program" ]; then
        program=$ROOT/build/release/caredian
        [ -x "$program" ] || say "      building it first: minutes"
        ./run --setup
    fi
    "$program" version >/dev/null || fail "$program does not run here"
    if ! cmp -s "$program" /usr/bin/caredian ||
        ! cmp -s deploy/systemd/caredian.service /usr/lib/systemd/system/caredian.service; then
        touched /usr/bin/caredian
        say "      installing $("$program" version | head -n1)"
    fi
    quiet install-gateway deploy/systemd/install "$program"
}
check_settings() {
    quiet check-config /usr/bin/caredian check-config --config "$CONFIG" ||
        fail "$CONFIG has problems (above); nothing was started"
    if with nginx && ! quiet nginx-test nginx -t; then
        # It would take every other site of this nginx down with it.
        mv /etc/nginx/conf.d/caredian.conf /etc/nginx/conf.d/caredian.conf.refused
        fail "nginx refuses /etc/nginx/conf.d/caredian.conf.refused (above)"
    fi
}

# --- services --------------------------------------------------------------------------------

# up UNIT VERB [FILE...]: runs now and after a boot; VERB (reload, restart) when a FILE has changed.
up() {
    local unit=$1 verb=$2 file
    shift 2
    if ! systemctl -q is-enabled "$unit" 2>/dev/null || ! systemctl -q is-active "$unit"; then
        say "      starting $unit"
        quiet "start-$unit" systemctl enable --now "$unit"
        return
    fi
    for file in "$@"; do
        is_changed "$file" || continue
        say "      ${verb}ing $unit"
        quiet "$verb-$unit" systemctl "$verb" "$unit"
        return
    done
}
# The broker with certificates: its accounts are in the gateway's database, which runs by now. What
# somebody has changed by deploy/mosquitto/install since stays.
start_broker() {
    if [ ! -e $BROKER/mosquitto.conf ]; then
        say "      making the home's authority and the broker's accounts"
        quiet broker deploy/mosquitto/install --host "${option[name]}" --host 127.0.0.1 \
            --port "${option[mqtts-port]}"
        touched $BROKER/
    fi
    up caredian-mosquitto restart $BROKER/
    up caredian-mosquitto-reload.path restart
}
start_all() {
    local again=
    if [ -e "$PENDING" ]; then again=" $(tr '\n' ' ' <"$PENDING")"; fi
    changed=${again%% }
    quiet daemon-reload systemctl daemon-reload
    if with redis; then up redis-server@caredian restart /etc/redis/redis-caredian.conf; fi
    if with mariadb; then
        up mariadb restart
        quiet database mariadb -e 'source /etc/caredian/mariadb.sql'
    fi
    if with mosquitto; then up mosquitto restart /etc/mosquitto/; fi
    if with broker; then start_broker; fi
    up caredian restart /usr/bin/caredian "$CONFIG" /etc/systemd/system/caredian.service.d/ \
        /etc/caredian/redis.url /etc/caredian/database.password /etc/caredian/mqtt.password
    if with nginx; then up nginx reload /etc/nginx/conf.d/caredian.conf /etc/caredian/nginx/ /etc/caredian/tls/; fi
    wait_ready
    rm -f "$PENDING"
}
say_what_to_start() {
    say "      not started. In this order:"
    if with redis; then say "          systemctl enable --now redis-server@caredian"; fi
    if with mariadb; then
        say "          systemctl enable --now mariadb && mariadb </etc/caredian/mariadb.sql"
    fi
    if with mosquitto; then say "          systemctl enable --now mosquitto && systemctl restart mosquitto"; fi
    if with broker; then
        say "          deploy/mosquitto/install --host ${option[name]} --host 127.0.0.1 --port ${option[mqtts-port]}"
        say "          systemctl enable --now caredian-mosquitto caredian-mosquitto-reload.path"
    fi
    say "          systemctl daemon-reload && systemctl enable --now caredian"
    if with nginx; then say "          systemctl enable --now nginx && systemctl reload nginx"; fi
}

# readiness: the body of /readyz; fails unless it says 200.
readiness() {
    local answer
    { exec 3<>"/dev/tcp/127.0.0.1/$(gateway_port)"; } 2>/dev/null || return 1
    printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
    read -r -t 5 -d '' answer <&3 || true
    exec 3>&-
    printf '%s\n' "${answer##*$'\r\n\r\n'}"
    [[ $answer == "HTTP/1.1 200 "* ]]
}
# The port in the settings, which may be somebody's own.
gateway_port() {
    local port
    port=$(sed -nE 's/^listen:.*:([0-9]+).*/\1/p' "$CONFIG")
    echo "${port:-8080}"
}
not_up() { grep -o '"name":"[^"]*","state":"[^"]*"' <<<"$1" | grep -v '"up"$' | cut -d'"' -f4,8 | tr '"' ' '; }
# Until every dependency is up. What the gateway can do without for a while is only named.
wait_ready() {
    local tries=60 body=
    until body=$(readiness) && [[ $body == *'"status":"ready"'* ]] && ! not_up "$body" >/dev/null; do
        if [ $((tries--)) -le 0 ]; then break; fi
        sleep 0.5
    done
    if [[ $body != *'"status":"ready"'* ]]; then
        say "the gateway does not say that it is ready: ${body:-no answer}"
        fail "look: journalctl -u caredian -n 50"
    fi
    say "      /readyz: ready"
    not_up "$body" | sed 's/^/      but not yet: /' >&2 || true
}

# --- what came of it -------------------------------------------------------------------------

report() {
    local port=:${option[https-port]} address code=/var/lib/caredian/first-run-code path=/
    say ''
    [ -n "$changed" ] || say "nothing has changed"
    if with nginx; then
        address=https://${option[name]}${port%:443}
        say "open to the network: ${option[https-port]} (nginx)$([ "$port" != :443 ] || echo ', 80 (leads to 443)')"
        if grep -q "ssl_certificate /etc/caredian/tls/" /etc/nginx/conf.d/caredian.conf; then
            say "the certificate is self-signed, browsers warn: get one, then --certificate FILE --key FILE"
        fi
    else
        address=http://${option[name]}:$(gateway_port)
        say "open to the network: $(gateway_port) (the gateway, without encryption)"
    fi
    if with mosquitto && [ "${option[mqtt-listen]}" != 127.0.0.1 ]; then
        say "and ${option[mqtt-listen]}:${option[mqtt-port]} (Mosquitto): user devices, password in /etc/caredian/mqtt-devices.password"
    fi
    if with broker; then
        say "and ${option[mqtts-port]} (Mosquitto, for devices with a certificate: caredian device add NAME)"
    fi
    if [ -s $code ]; then path="/first-run?code=$(tr -d '[:space:]' <$code)"; fi
    if [ -z "$start" ]; then say "when it runs: $address"; else say "open: $address$path"; fi
}
