# exim4 (SMTP with STARTTLS and login) and dovecot (IMAP, IMAPS) on loopback, with files and certificates of their
# own. Both must begin as root; what they do with mails they do as users of their packages.
#
#   schul-it@rt.test.local     rt-mailgate: a ticket in Request Tracker
#   *@schule.example, *@amt.example    a mailbox, password imap-geheim
#   tempfail@… 451, reject@… 550, other domains 550; SMTP login schullotse / mail-geheim, only after STARTTLS

mail_dir="$D/mail"
# Users of the packages must get there.
if getent passwd Debian-exim >/dev/null && [ "$(id -u)" -eq 0 ] && ! runuser -u Debian-exim -- test -x "$D"; then
  mail_dir="/var/tmp/schullotse-helpdesk-$base"
fi
# Names of sockets must be short.
mail_run="/run/schullotse-helpdesk-$base"

# Request Tracker hands its mail in there (tests/helpdesk/sendmail).
export HELPDESK_EXIM_CONF="$mail_dir/exim.conf"

mail_certificates() {
  [ ! -s "$mail_dir/ca.pem" ] || return 0
  local key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)
  (
    cd "$mail_dir"
    openssl req -x509 "${key[@]}" -days 3650 -subj "/CN=Schullotse tests" -keyout ca.key -out ca.pem
    openssl req "${key[@]}" -subj /CN=localhost -keyout key.pem -out request.pem
    printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n' >extensions
    openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -extfile extensions -out cert.pem
    chmod 644 key.pem
  ) >"$mail_dir/openssl.log" 2>&1
}

mail_configure() {
  install -d -m 755 "$mail_dir"
  install -d -m 750 -o Debian-exim -g Debian-exim "$mail_dir/spool"
  install -d -m 700 -o mail -g mail "$mail_dir/box"
  mail_certificates
  cat >"$mail_dir/exim.conf" <<EXIM
primary_hostname = rt.test.local
domainlist local_domains = rt.test.local : schule.example : amt.example
local_interfaces = 127.0.0.1.$smtp_port
daemon_smtp_ports = $smtp_port
pid_file_path =
deliver_drop_privilege
spool_directory = $mail_dir/spool
log_file_path = $mail_dir/spool/%slog
keep_environment =
tls_advertise_hosts = *
tls_certificate = $mail_dir/cert.pem
tls_privatekey = $mail_dir/key.pem
message_size_limit = 25M
acl_smtp_rcpt = rcpt
acl_smtp_data = accept
begin acl
rcpt:
  deny  message = authentication required
        !authenticated = *
  defer message = simulated temporary failure
        local_parts = tempfail
  deny  message = simulated permanent failure
        local_parts = reject
  accept domains = +local_domains
  deny  message = relay not permitted
begin routers
rt:
  driver = accept
  domains = rt.test.local
  local_parts = schul-it
  transport = rt
box:
  driver = accept
  domains = +local_domains
  transport = lmtp
begin transports
rt:
  driver = pipe
  command = /usr/bin/rt-mailgate --queue Schul-IT --action correspond --url http://127.0.0.1:$rt_port
  return_fail_output
  temp_errors = 75
lmtp:
  driver = smtp
  protocol = lmtp
  hosts = 127.0.0.1
  port = $lmtp_port
  allow_localhost
begin retry
* * F,10m,2s
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{\$auth2}{schullotse}}{eq{\$auth3}{mail-geheim}}}}
  server_set_id = \$auth2
  server_advertise_condition = \${if def:tls_in_cipher}
EXIM
  cat >"$mail_dir/dovecot.conf" <<DOVECOT
base_dir = $mail_run
instance_name = schullotse-$base
protocols = imap lmtp
listen = 127.0.0.1
log_path = $mail_dir/dovecot.log
ssl = yes
ssl_cert = <$mail_dir/cert.pem
ssl_key = <$mail_dir/key.pem
disable_plaintext_auth = yes
auth_mechanisms = plain login
auth_username_format = %Lu
first_valid_uid = 1
mail_location = maildir:$mail_dir/box/%u
passdb {
  driver = static
  args = password=imap-geheim
}
userdb {
  driver = static
  args = uid=mail gid=mail home=$mail_dir/box/%u allow_all_users=yes
}
service imap-login {
  inet_listener imap {
    port = $imap_port
  }
  inet_listener imaps {
    port = $imaps_port
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = $lmtp_port
  }
}
DOVECOT
}

mail_runs() { runs "$mail_dir/exim.pid" && runs "$mail_dir/dovecot.pid"; }

mail_up() {
  if mail_runs; then
    say "exim4 and dovecot run already"
    return 0
  fi
  [ "$(id -u)" -eq 0 ] || { say "exim4 and dovecot need root; left out"; return 1; }
  mail_down
  local port
  for port in $smtp_port $imap_port $imaps_port $lmtp_port; do
    ! listens "$port" || { say "port $port is taken; hint: HELPDESK_PORT=$((base + 10000))"; return 1; }
  done
  mail_configure || return 1
  setsid dovecot -F -c "$mail_dir/dovecot.conf" </dev/null >"$mail_dir/dovecot.out" 2>&1 &
  echo $! >"$mail_dir/dovecot.pid"
  setsid exim4 -C "$mail_dir/exim.conf" -bdf -q2s </dev/null >"$mail_dir/exim.out" 2>&1 &
  echo $! >"$mail_dir/exim.pid"
  for port in $smtp_port $imap_port $imaps_port $lmtp_port; do
    wait_port "$port" up 100 || { say "port $port does not answer:"; tail -5 "$mail_dir"/*.out "$mail_dir/dovecot.log"; return 1; }
  done
  say "exim4 answers on port $smtp_port, dovecot on $imap_port and $imaps_port"
}

mail_down() {
  end "$mail_dir/exim.pid"
  end "$mail_dir/dovecot.pid"
  # A second start at once says that dovecot runs already.
  for _ in $(seq 1 50); do
    [ -s "$mail_run/master.pid" ] && kill -0 "$(cat "$mail_run/master.pid")" 2>/dev/null || break
    sleep 0.1
  done
}

mail_env() {
  cat <<ENV
HELPDESK_SMTP_PORT=$smtp_port
HELPDESK_IMAP_PORT=$imap_port
HELPDESK_IMAPS_PORT=$imaps_port
HELPDESK_CA_FILE=$mail_dir/ca.pem
HELPDESK_EXIM_PID_FILE=$mail_dir/exim.pid
HELPDESK_DOVECOT_PID_FILE=$mail_dir/dovecot.pid
ENV
}
