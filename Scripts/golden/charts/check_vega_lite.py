"""Checks Vega-Lite specifications against the schema of Vega-Lite and draws them with Vega, for a look.

    python Scripts/golden/charts/check_vega_lite.py FOLDER    # *.vl.json in, *.vl.png out

Needs altair (for the schema), jsonschema and vl-convert-python from PyPI; Scripts/check-vega-lite.sh installs them, has
the tests write their charts and calls this. Fails on a specification that the schema
refuses or that Vega cannot draw.
"""

import json
import pathlib
import sys

import altair
import jsonschema
import vl_convert

# The version that the specifications name: altair 5 brings the schema of Vega-Lite 5.
URL, VERSION = "https://vega.github.io/schema/vega-lite/v5.json", "5.20"
schema = pathlib.Path(altair.__file__).parent / "vegalite/v5/schema/vega-lite-schema.json"
validator = jsonschema.Draft7Validator(json.loads(schema.read_text()))
failed = 0
files = sorted(pathlib.Path(sys.argv[1]).glob("*.vl.json"))
for file in files:
    specification = json.loads(file.read_text())
    errors = list(validator.iter_errors(specification))
    if specification.get("$schema") != URL:
        errors.append(jsonschema.ValidationError(f"not of {URL}"))
    for error in errors[:3]:
        print(f"{file.name}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")
    try:
        file.with_suffix(".png").write_bytes(vl_convert.vegalite_to_png(specification, vl_version=VERSION))
    except ValueError as problem:
        errors.append(problem)
        print(f"{file.name}: {problem}")
    failed += bool(errors)
print(f"{len(files)} specifications, {failed} refused; altair {altair.__version__}")
sys.exit(failed > 0 or not files)
