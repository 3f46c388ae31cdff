"""Lists the libraries of an SBOM with their licences, and ends with 1 where one is not allowed.

licences.py SBOM ALLOWED: a CycloneDX file in JSON, and a file with a licence a line. A line
`group:name = licence` says it for a library whose own metadata names none that is known.
"""

import json
import sys


def read_allowed(path):
    allowed, said = set(), {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            line = line.split("#")[0].strip()
            if "=" in line:
                library, licence = line.split("=", 1)
                said[library.strip()] = licence.strip()
            elif line:
                allowed.add(line)
    return allowed, said


def licences(component):
    """The names of its licences, of which one is enough."""
    names = []
    for entry in component.get("licenses", []):
        licence = entry.get("license", {})
        name = entry.get("expression") or licence.get("id") or licence.get("name") or "unknown"
        names.extend(name.strip("()").split(" OR "))
    return names


def judge(sbom, allowed, said):
    """Lines for each library, and those libraries that no allowed licence covers."""
    lines, refused = [], []
    for component in sorted(
        sbom.get("components", []), key=lambda c: (c.get("group", ""), c["name"], c["version"])
    ):
        group = component.get("group", "")
        if group == "tekton.budget":
            continue
        library = f"{group}:{component['name']}"
        names = [said[library]] if library in said else licences(component)
        # Of several, the user chooses: Maven's licences are alternatives.
        good = [name for name in names if name in allowed]
        lines.append(f"{library} {component['version']}: {' or '.join(names) or 'none named'}")
        if not good:
            refused.append(lines[-1])
    return lines, refused


def main(arguments):
    with open(arguments[0], encoding="utf-8") as file:
        sbom = json.load(file)
    lines, refused = judge(sbom, *read_allowed(arguments[1]))
    if not lines:
        print("the SBOM names no library", file=sys.stderr)
        return 1
    print("Libraries that Budget brings along, and their licences.\n")
    print("\n".join(lines))
    for each in refused:
        print("not allowed: " + each, file=sys.stderr)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
