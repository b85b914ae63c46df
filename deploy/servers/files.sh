# shellcheck shell=bash disable=SC2154  # option, root: deploy/up's
# The files of deploy/up, below $root; sourced by it. Each is written where it differs and named, so
# that a second run says nothing. What is in `changed` tells the services to take it up.
changed=

# touched FILE: has changed. Kept until all of it runs, so that a run that broke off is taken up.
PENDING=/run/caredian-up.pending
touched() {
    changed+=" $1"
    if [ -z "$root" ]; then echo "$1" >>"$PENDING"; fi
}

# put FILE MODE OWNER:GROUP: standard input becomes FILE. With --root the owner is left alone.
put() {
    local file=$root$1 new owner=()
    new=$(mktemp)
    cat >"$new"
    if [ -z "$root" ]; then owner=(-o "${3%:*}" -g "${3#*:}"); fi
    if cmp -s "$new" "$file" && [ "$(stat -c %a "$file")" = "$2" ]; then
        rm "$new"
        return
    fi
    install -D -m "$2" "${owner[@]}" "$new" "$file"
    rm "$new"
    touched "$1"
    say "      wrote $1"
}
is_changed() { [[ "$changed " == *" $1"* ]]; }

# secret FILE: a password of 32 letters in FILE, made once; the gateway reads it.
secret() {
    if [ -s "$root$1" ]; then return; fi
    head -c 24 /dev/urandom | base64 -w0 | tr '+/' '-_' | put "$1" 640 root:caredian
}
# content FILE: of a secret, for a pipe.
content() { cat "$root$1"; }

# The servers know hashes alone: what is in their files signs nobody in.
redis_files() {
    secret /etc/caredian/redis.password
    printf 'redis://caredian:%s@127.0.0.1:%s/0' "$(content /etc/caredian/redis.password)" \
        "${option[redis-port]}" | put /etc/caredian/redis.url 640 root:caredian
    local hash
    hash=$(content /etc/caredian/redis.password | sha256sum | cut -d' ' -f1)
    sed -e "s/@PORT@/${option[redis-port]}/" -e "s/@SHA256@/$hash/" deploy/servers/redis.conf |
        put /etc/redis/redis-caredian.conf 640 redis:redis
}
database_file() {
    secret /etc/caredian/database.password
    local hash
    hash=$(content /etc/caredian/database.password | openssl dgst -sha1 -binary |
        openssl dgst -sha1 -r | cut -d' ' -f1)
    sed "s/@HASH@/*${hash^^}/g" deploy/servers/mariadb.sql | put /etc/caredian/mariadb.sql 600 root:root
}

# --- nginx -----------------------------------------------------------------------------------

# Where the certificate is: given, Let's Encrypt's, or one that nobody knows yet.
choose_certificate() {
    local known=/etc/letsencrypt/live/${option[name]}
    if [ -n "${option[certificate]}" ]; then
        certificate=${option[certificate]} key=${option[key]}
    elif [ -e "$known/fullchain.pem" ]; then
        certificate=$known/fullchain.pem key=$known/privkey.pem
    else
        certificate=/etc/caredian/tls/${option[name]}.pem key=/etc/caredian/tls/${option[name]}.key
        self_sign
    fi
}
self_sign() {
    if [ -s "$root$certificate" ] && [ -s "$root$key" ]; then return; fi
    local made
    made=$(mktemp -d)
    quiet self-sign openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
        -days 3650 -subj "/CN=${option[name]}" -addext "subjectAltName=DNS:${option[name]}" \
        -keyout "$made/key" -out "$made/certificate"
    put "$key" 600 root:root <"$made/key"
    put "$certificate" 644 root:root <"$made/certificate"
    rm -r "$made"
}
# deploy/nginx/site.conf with this machine's names, and a folder in place of its example.
nginx_site() {
    cat <<END
# Made by deploy/up from deploy/nginx/site.conf. Programs behind CareDian: one file for each, with
# its location {}, in /etc/caredian/nginx/programs; see docs/forward-auth.md.

END
    sed -e '/^upstream/,$!d' \
        -e "s|127.0.0.1:8080|127.0.0.1:${option[port]}|" \
        -e "s|listen 443 ssl|listen ${option[https-port]} ssl|" \
        -e "s|server_name .*|server_name ${option[name]};|" \
        -e "s|ssl_certificate .*|ssl_certificate $certificate;|" \
        -e "s|ssl_certificate_key .*|ssl_certificate_key $key;|" \
        -e '/# The program behind:/,/^    }/c\    include /etc/caredian/nginx/programs/*.conf;' \
        deploy/nginx/site.conf
    [ "${option[https-port]}" = 443 ] || return 0
    cat <<END

server {
    listen 80;
    server_name ${option[name]};
    location /.well-known/acme-challenge/ { root /var/www/html; }    # certbot certonly --webroot
    location / { return 301 https://\$host\$request_uri; }
}
END
}
nginx_files() {
    local certificate key one
    choose_certificate
    for one in verify require; do
        put /etc/caredian/nginx/caredian-$one.conf 644 root:root <deploy/nginx/caredian-$one.conf
    done
    mkdir -p "$root/etc/caredian/nginx/programs"
    nginx_site | put /etc/nginx/conf.d/caredian.conf 644 root:root
}

# --- Mosquitto -------------------------------------------------------------------------------

# Whether somebody has configured it already, other than we.
has_own_mosquitto() {
    local file
    for file in "$root"/etc/mosquitto/mosquitto.conf "$root"/etc/mosquitto/conf.d/*.conf; do
        [[ $file != */caredian.conf ]] || continue
        if grep -qsE '^(listener|port|bind_address|password_file|allow_anonymous)\b' "$file"; then
            return 0
        fi
    done
    return 1
}
mosquitto_files() {
    secret /etc/caredian/mqtt.password
    if has_own_mosquitto; then
        say "      Mosquitto is configured here already and stays as it is: give it a user caredian"
        say "      with the password in /etc/caredian/mqtt.password"
        return
    fi
    secret /etc/caredian/mqtt-devices.password
    sed -e "s/@ADDRESS@/${option[mqtt-listen]}/" -e "s/@PORT@/${option[mqtt-port]}/" \
        deploy/servers/mosquitto.conf |
        put /etc/mosquitto/conf.d/caredian.conf 644 root:root
    if [ ! -e "$root/etc/mosquitto/caredian.acl" ]; then
        put /etc/mosquitto/caredian.acl 640 root:mosquitto <deploy/servers/mosquitto.acl
    fi
    if [ -e "$root/etc/mosquitto/caredian.passwd" ]; then return; fi
    local made
    made=$(mktemp)
    printf 'caredian:%s\ndevices:%s\n' "$(content /etc/caredian/mqtt.password)" \
        "$(content /etc/caredian/mqtt-devices.password)" >"$made"
    quiet mosquitto-passwd mosquitto_passwd -U "$made"
    put /etc/mosquitto/caredian.passwd 640 root:mosquitto <"$made"
    rm "$made"
}

# --- the gateway -----------------------------------------------------------------------------

settings() {  # NAME: one top-level setting as YAML; nothing when it isn't needed
    local port=:${option[https-port]}
    case $1 in
    data_dir) echo "data_dir: /var/lib/caredian" ;;
    master_key_file) echo "master_key_file: /etc/caredian/master_key" ;;
    listen)
        if with nginx; then echo "listen: [127.0.0.1:${option[port]}]    # nginx is in front"
        else echo "listen: [0.0.0.0:${option[port]}]"; fi ;;
    public_url) if with nginx; then echo "public_url: https://${option[name]}${port%:443}"; fi ;;
    trusted_proxies) if with nginx; then echo "trusted_proxies: [127.0.0.1]"; fi ;;
    database)
        if with mariadb; then
            printf '%s\n' "database:" \
                "  url: mysql://caredian@127.0.0.1:${option[database-port]}/caredian" \
                "  password_file: /etc/caredian/database.password"
        fi ;;
    redis)
        if with redis; then
            printf '%s\n' "redis:" "  url_file: /etc/caredian/redis.url    # with the password"
        fi ;;
    mqtt)
        if with mosquitto; then
            printf '%s\n' "mqtt:" "  url: mqtt://127.0.0.1:${option[mqtt-port]}" "  username: caredian" \
                "  password_file: /etc/caredian/mqtt.password"
        elif with broker; then
            printf '%s\n' "mqtt:" "  url: mqtts://127.0.0.1:${option[mqtts-port]}"
        fi ;;
    broker) if with broker; then printf '%s\n' "broker:" "  directory: $BROKER"; fi ;;
    esac
}
SETTINGS=(data_dir master_key_file listen public_url trusted_proxies database redis mqtt broker)
BROKER=/etc/mosquitto/caredian  # of deploy/mosquitto/install
all_settings() {
    echo "# Made by deploy/up, which keeps it up to date until you change it; then it is yours."
    echo "# \`caredian config sample\` prints every setting with its explanation."
    local name
    for name in "${SETTINGS[@]}"; do settings "$name"; done
}
CONFIG=/etc/caredian/caredian.yaml

# Is it as deploy/up or the package made it? Never so where it would lead away from accounts that
# are kept in a file.
is_ours() {
    local hash=''
    [ -e "$root$CONFIG" ] || return 0
    if with mariadb && [ -e "$root/var/lib/caredian/caredian.db" ] &&
        ! grep -q '^database:' "$root$CONFIG"; then return 1; fi
    if cmp -s deploy/systemd/caredian.yaml "$root$CONFIG"; then return 0; fi
    hash=$(sed -n 's/^config=//p' "$root$OPTIONS" 2>/dev/null)
    [ "$(sha256sum <"$root$CONFIG")" = "$hash  -" ]
}
write_config() {
    local name
    missing=()
    if is_ours; then
        all_settings | put "$CONFIG" 640 root:caredian
        config_hash=$(sha256sum <"$root$CONFIG" | cut -d' ' -f1)
        return
    fi
    for name in "${SETTINGS[@]}"; do
        if [ -n "$(settings "$name")" ] && ! grep -q "^$name:" "$root$CONFIG"; then missing+=("$name"); fi
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "      $CONFIG is yours and stays as it is. For these servers it needs:"
    for name in "${missing[@]}"; do settings "$name" | sed 's/^/          /' >&2; done
    if [[ " ${missing[*]} " == *" database "* ]] && [ -e "$root/var/lib/caredian/caredian.db" ]; then
        say "      Accounts are in /var/lib/caredian/caredian.db: \`caredian backup\` first, add the"
        say "      lines, \`caredian restore\` (docs/database.md)."
    fi
}
write_options() {
    local key
    {
        echo "# What deploy/up was told; it says so again by itself."
        for key in $(printf '%s\n' "${!option[@]}" | sort); do echo "$key=${option[$key]}"; done
        if [ -n "$config_hash" ]; then echo "config=$config_hash"; fi
    } | put "$OPTIONS" 640 root:caredian
}
ordering() {
    echo "# Made by deploy/up: the servers first."
    echo "[Unit]"
    if with redis; then echo "After=redis-server@caredian.service"; fi
    if with mariadb; then echo "After=mariadb.service"; fi
}
make_files() {
    umask 022
    config_hash='' missing=()
    if [ -n "$root" ]; then mkdir -p "$root/etc/caredian" && chmod 750 "$root/etc/caredian"; fi
    if with redis; then redis_files; fi
    if with mariadb; then database_file; fi
    if with nginx; then nginx_files; fi
    if with mosquitto; then mosquitto_files; fi
    write_config
    write_options
    ordering | put /etc/systemd/system/caredian.service.d/servers.conf 644 root:root
}
