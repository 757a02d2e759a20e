# Installs what is missing. No service of the packages is ever started: what the tests need, they start
# themselves, with files of their own.

# Status 0 if all packages are there afterwards.
install_packages() {
  local missing=() package
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    say "missing; hint: apt-get install --no-install-recommends ${missing[*]}"
    return 1
  fi
  local denied=false status=0
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
    denied=true
  fi
  export DEBIAN_FRONTEND=noninteractive
  debconf-set-selections <<'ANSWERS'
request-tracker5 request-tracker5/rtname string rt.test.local
request-tracker5 request-tracker5/organization string rt.test.local
request-tracker5 request-tracker5/install-cronjobs boolean false
request-tracker5 request-tracker5/dbconfig-install boolean false
ANSWERS
  say "installing ${missing[*]}"
  {
    apt-get update -q
    apt-get install -qy --no-install-recommends "${missing[@]}"
  } >"$D/apt.log" 2>&1 || status=1
  ! $denied || rm -f /usr/sbin/policy-rc.d
  [ $status -eq 0 ] || { say "apt-get failed:"; tail -5 "$D/apt.log"; }
  return $status
}
