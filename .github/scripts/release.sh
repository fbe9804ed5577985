#!/usr/bin/env bash
# Builds what a release consists of: PACKAGE's binary for three systems as Pulumi looks for a plugin's, each with its SBOM,
# the checksums of all, and the notes of CHANGELOG.md. Publishes nothing. Takes Go and GNU tar.
#
# usage: release.sh VERSION PACKAGE NAME DIRECTORY
#
#   VERSION    the tag, such as v1.2.0. One that ends with -dryrun has the notes of [Unreleased].
#   PACKAGE    the Go package of the binary, such as ./plugin; its variable main.version is set to the version without the v.
#   NAME       the binary's name, such as pulumi-resource-fargate-privatelink
#   DIRECTORY  where it all goes; made, and must be empty
#
# TARGETS are the systems, each as GOOS/GOARCH.
set -euo pipefail
cd "$(dirname "$0")/../.."

fail() {
  echo "release.sh: $*" >&2
  exit 2
}

[ "$#" = 4 ] || fail "it takes a version, a package, a name and a directory"
version=$1 package=$2 name=$3 directory=$4
targets=${TARGETS:-linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64}

[[ $version =~ ^v(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?$ ]] ||
  fail "VERSION is '$version'; it must be a v and a version of https://semver.org, such as v1.2.0"
[[ $name =~ ^[a-z][a-z0-9-]*$ ]] || fail "NAME is '$name'; it must be lower-case letters, digits and hyphens"
kind=$(go list -f '{{.Name}}' "$package") || fail "PACKAGE is '$package'; it must be a package of this module"
[ "$kind" = main ] || fail "PACKAGE is '$package', a library; it must be a command"
mkdir -p "$directory"
[ -z "$(ls -A "$directory")" ] || fail "DIRECTORY is '$directory', which has files already; it must be empty"
directory=$(cd "$directory" && pwd)

# The section of the version, without its heading.
section=${version#v}
if [[ $version == *-dryrun ]]; then
  section=Unreleased
fi
awk -v heading="## [$section]" '
  /^## / { found = index($0, heading) == 1 && (length($0) == length(heading) || substr($0, length(heading) + 1, 1) == " "); next }
  found
' CHANGELOG.md | sed -e '/./,$!d' > "$directory/NOTES.md"
[ -s "$directory/NOTES.md" ] || fail "CHANGELOG.md has no section [$section], or it is empty"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -C tools/cyclonedx -o "$work/" github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod

for target in $targets; do
  os=${target%/*} arch=${target#*/}
  binary=$name
  if [ "$os" = windows ]; then
    binary=$name.exe
  fi
  archive=$name-$version-$os-$arch
  echo "== $archive"
  mkdir "$work/$archive"
  CGO_ENABLED=0 GOOS=$os GOARCH=$arch go build -trimpath -ldflags "-s -w -X main.version=${version#v}" -o "$work/$archive/$binary" "$package"
  cp LICENSE "$work/$archive/"
  # The same source gives the same bytes.
  tar --create --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --directory "$work/$archive" . | gzip -n > "$directory/$archive.tar.gz"
  "$work/cyclonedx-gomod" bin -json -noserial -notimestamp -version "$version" -output "$directory/$archive.cdx.json" "$work/$archive/$binary"
done

cd "$directory"
sha256sum -- *.tar.gz *.cdx.json > SHA256SUMS
cat SHA256SUMS
