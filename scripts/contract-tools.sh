#!/usr/bin/env bash
# Makes .build/contract-tools, a Python environment with what tests the API's document (schemathesis,
# openapi-spec-validator, openapi-python-client) and takes mail in the tests (aiosmtpd). It does nothing when it is
# there. scripts/test.sh calls it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

wanted=Tests/HTTPAPITests/Contract/requirements.txt
home=.build/contract-tools
if cmp --silent "$wanted" "$home/requirements.txt"; then exit 0; fi
printf 'test: fetching what tests the API and takes mail from PyPI\n'
rm -rf "$home"
python3 -m venv "$home"
"$home/bin/pip" --quiet --disable-pip-version-check --retries 2 --timeout 30 install --no-deps \
    --only-binary :all: --requirement "$wanted"
cp "$wanted" "$home/requirements.txt"
