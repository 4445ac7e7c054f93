#!/usr/bin/env bash
# Builds the image of the Dockerfile and runs the README's curl journey on it, without a Docker engine: buildah and podman,
# on a base image made here with debootstrap and the Node.js of the npm registry. Needs root and Debian. Not part of .ci/run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

[ "$(id -u)" = 0 ] || { echo 'This needs root: debootstrap and the containers do.' >&2; exit 1; }
missing=()
for package in buildah podman runc debootstrap; do
  command -v "$package" >/dev/null || [ -x "/usr/sbin/$package" ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  apt-get update -q >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null
fi

work=$(mktemp -d /var/tmp/stowage-container.XXXXXX)
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
storage=(--root "$work/storage" --runroot "$work/run")
podman=(podman "${storage[@]}" --cgroup-manager=cgroupfs --runtime runc)
container=stowage-check-$$
database=

finish() {
  local code=$?
  if [ "$code" != 0 ]; then "${podman[@]}" logs "$container" 2>/dev/null | tail -n 20 || true; fi
  "${podman[@]}" rm --force --time 5 --volumes "$container" >/dev/null 2>&1 || true
  if [ -n "$database" ]; then kill "$database" 2>/dev/null && wait "$database" 2>/dev/null || true; fi
  rm -rf "$work" 2>/dev/null || { umount --recursive "$work"/storage/* 2>/dev/null; rm -rf "$work"; }
  exit "$code"
}
trap finish EXIT

# What the Dockerfile's FROM names, from what this machine can get: Debian, Node.js 24 and npm, and a user called node.
make_base() {
  local root=$work/base
  echo '--- base image'
  debootstrap --variant=minbase --include=ca-certificates bookworm "$root" >"$work/debootstrap.log"
  (cd "$work" && npm pack --silent "node-linux-$(node -p process.arch)@24" >/dev/null && tar -xzf node-linux-*.tgz)
  install -m 0755 "$work/package/bin/node" "$root/usr/local/bin/node"
  mkdir -p "$root/usr/local/lib/node_modules"
  cp -r "$(npm root --global)/npm" "$root/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
  chroot "$root" useradd --create-home --uid 1000 --user-group node
  local base environment=()
  base=$(buildah "${storage[@]}" from scratch)
  # A machine behind a proxy with a certificate of its own has it in a file, and the build needs it too.
  if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
    cp "$NODE_EXTRA_CA_CERTS" "$root/usr/local/share/extra-ca.pem"
    environment=(--env NODE_EXTRA_CA_CERTS=/usr/local/share/extra-ca.pem)
  fi
  buildah "${storage[@]}" copy --quiet "$base" "$root" / >/dev/null
  buildah "${storage[@]}" config "${environment[@]}" --env PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin "$base"
  buildah "${storage[@]}" commit --quiet --rm "$base" docker.io/library/node:24-slim >/dev/null
  rm -rf "$root"
}

build_image() {
  echo '--- image of the Dockerfile'
  buildah "${storage[@]}" build --pull-never --format docker --tag localhost/stowage:check . >"$work/build.log" 2>&1 ||
    { tail -n 40 "$work/build.log"; return 1; }
}

start_database() {
  echo '--- PostgreSQL'
  node tools/postgres/test/hold-postgres.mjs "$work/database" >"$work/database.json" &
  database=$!
  until [ -s "$work/database.json" ]; do kill -0 "$database" && sleep 0.1; done
}

start_container() {
  echo '--- container'
  port=$(node -e "require('net').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port); this.close(); })")
  STOWAGE_ADMIN_TOKEN=$(node -p "require('crypto').randomBytes(32).toString('hex')")
  export STOWAGE_ADMIN_TOKEN
  (
    umask 077
    printf 'DATABASE_URL=%s\nSTOWAGE_ADMIN_TOKEN=%s\nPORT=%s\n' \
      "$(node -p "JSON.parse(require('fs').readFileSync('$work/database.json')).url")" "$STOWAGE_ADMIN_TOKEN" "$port" >"$work/env"
  )
  # As docker-compose.yml runs it: read-only root, no capabilities, an ordinary user; its data is a volume.
  "${podman[@]}" run --detach --name "$container" --env-file "$work/env" --network=host \
    --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 --no-healthcheck \
    --read-only --tmpfs /tmp --cap-drop=ALL --security-opt=no-new-privileges localhost/stowage:check >/dev/null
  local tries=0
  until command curl -fsS "http://127.0.0.1:$port/readyz" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || { echo 'not ready within 30 s' >&2; return 1; }
    sleep 0.1
  done
}

check() {
  local what=$1 expected=$2 actual=$3
  [ "$expected" = "$actual" ] || { echo "$what: expected $expected, got $actual" >&2; return 1; }
  echo "ok: $what"
}

# The commands of the README, as they stand there, with the address and the token of this server.
journey() {
  awk '/^## /{ on = ($0 == "## Upload with curl") } on && /^```sh$/{ code = 1; next } /^```$/{ code = 0 } on && code' README.md |
    sed "s#http://localhost:3000#http://127.0.0.1:$port#g" >"$work/journey.sh"
  [ -s "$work/journey.sh" ] || { echo 'The README has no curl journey.' >&2; return 1; }
  mkdir "$work/journey"
  (
    cd "$work/journey"
    curl() { command curl -H "Authorization: Bearer $STOWAGE_ADMIN_TOKEN" "$@"; }
    export -f curl
    bash -euo pipefail "$work/journey.sh"
  )
}

make_base
build_image
start_database
start_container

echo '--- checks'
check 'no way in without the token' 401 "$(command curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/api/files")"
check 'the page is served' 200 "$(command curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/")"
check 'an ordinary user' 1000 "$("${podman[@]}" exec "$container" id -u)"
check 'the image has a health check' true \
  "$("${podman[@]}" image inspect localhost/stowage:check --format '{{ if .HealthCheck }}true{{ end }}')"
echo '--- the curl journey of the README'
journey
echo
check 'stops within its grace period' 0 "$("${podman[@]}" stop --time 30 "$container" >/dev/null && "${podman[@]}" inspect "$container" --format '{{ .State.ExitCode }}')"
echo "image: $("${podman[@]}" image inspect localhost/stowage:check --format '{{ .Size }}') bytes"
echo 'The container check passed.'
