# Request Tracker 5 on loopback: database and configuration of its own, seeded once and copied from then on.

rt_dir="$D/rt"
export RT_SITE_CONFIG="$rt_dir/RT_SiteConfig.pm" RT_SITE_CONFIG_DIR="$rt_dir/none"

rt_configure() {
  mkdir -p "$rt_dir/none" "$rt_dir/mason" "$rt_dir/session"
  # Mail goes to exim where that is there; a file takes it otherwise.
  cat >"$RT_SITE_CONFIG" <<CONFIG
Set(\$rtname, 'rt.test.local'); Set(\$Organization, 'rt.test.local'); Set(\$Timezone, 'UTC');
Set(\$CorrespondAddress, 'schul-it@rt.test.local'); Set(\$CommentAddress, 'schul-it-comment@rt.test.local');
Set(\$DatabaseType, 'SQLite'); Set(\$DatabaseName, '$rt_dir/rtdb');
Set(\$WebDomain, '127.0.0.1'); Set(\$WebPort, $rt_port); Set(\$WebPath, '');
Set(\$WebBaseURL, 'http://127.0.0.1:$rt_port'); Set(\$WebURL, 'http://127.0.0.1:$rt_port/');
Set(\$LogToSyslog, undef); Set(\$LogToSTDERR, 'warning'); Set(\$LogToFile, undef);
Set(\$MailCommand, 'sendmailpipe'); Set(\$SendmailPath, '$here/sendmail'); Set(\$SendmailArguments, '-oi -t');
\$RT::MasonDataDir = '$rt_dir/mason'; \$RT::MasonSessionDir = '$rt_dir/session';
1;
CONFIG
}

# The state that every fresh start has: queue, custom fields, users, rights, the webhook. Kept while seed.pl and
# this file stay as they are.
rt_seed() {
  local stamp
  stamp="$(cat "$here/seed.pl" "$here/rt.sh" | sha256sum | cut -d' ' -f1)-$base"
  if [ "$(cat "$rt_dir/seeded" 2>/dev/null)" != "$stamp" ]; then
    say "setting Request Tracker's database up"
    rm -f "$rt_dir"/rtdb* "$rt_dir/seeded"
    export HELPDESK_HOOK="http://127.0.0.1:$((base + 81))/api/v1/hooks/rt"
    rt-setup-database-5 --action init --prompt-for-dba-password=0 </dev/null >"$rt_dir/seed.log" 2>&1
    rt-setup-database-5 --action insert --datafile "$here/seed.pl" </dev/null >>"$rt_dir/seed.log" 2>&1
    perl -Mlib=/usr/local/share/request-tracker5/lib,/usr/share/request-tracker5/lib -e '
      use RT -init; use RT::AuthToken;
      my $user = RT::User->new(RT->SystemUser); $user->Load("chatbot");
      my ($id, $message, $token) = RT::AuthToken->new(RT->SystemUser)->Create(Owner => $user->id, Description => "tests");
      die $message unless $id; print "$token\n"' >"$rt_dir/token" 2>>"$rt_dir/seed.log"
    [ -s "$rt_dir/token" ] || { tail -5 "$rt_dir/seed.log"; return 1; }
    cp "$rt_dir/rtdb" "$rt_dir/rtdb.seeded"
    echo "$stamp" >"$rt_dir/seeded"
  elif [ "${HELPDESK_FRESH:-}" = 1 ]; then
    rm -f "$rt_dir"/rtdb "$rt_dir"/rtdb-*
    cp "$rt_dir/rtdb.seeded" "$rt_dir/rtdb"
  fi
}

rt_up() {
  if runs "$rt_dir/pid" && listens "$rt_port"; then
    say "Request Tracker runs already"
    return 0
  fi
  mkdir -p "$rt_dir"
  end "$rt_dir/pid"
  ! listens "$rt_port" || { say "port $rt_port is taken; hint: HELPDESK_PORT=$((base + 10000))"; return 1; }
  rt_configure
  rt_seed || return 1
  # A group of its own, so that all of it can be stopped or killed by one number.
  setsid /usr/share/request-tracker5/libexec/rt-server --server Starlet --host 127.0.0.1 --port "$rt_port" \
    --max-workers "${HELPDESK_RT_WORKERS:-3}" </dev/null >>"$rt_dir/log" 2>&1 &
  echo $! >"$rt_dir/pid"
  wait_port "$rt_port" up 600 || { say "Request Tracker does not start:"; tail -5 "$rt_dir/log"; return 1; }
  say "Request Tracker answers on port $rt_port"
}

rt_env() {
  cat <<ENV
HELPDESK_RT_URL=http://127.0.0.1:$rt_port
HELPDESK_RT_TOKEN_FILE=$rt_dir/token
HELPDESK_RT_PID_FILE=$rt_dir/pid
HELPDESK_RT_HOOK_PORT=$((base + 81))
ENV
}
