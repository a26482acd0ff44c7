/**
 * Asked of an interpreter once: its own path and version, which distribution provides each top-level module, and each distribution's
 * version and requirements. Written for Python 3.8 and later, standard library only.
 *
 * Debian strips requirements from the metadata of the packages that it ships, and keeps them as its own: where such
 * packages are found, dpkg is asked which of them needs which.
 */
export const pythonQuestion = String.raw`
import json, platform, re, shutil, subprocess, sys
from importlib import metadata

normalise = lambda name: re.sub(r"[-_.]+", "-", name).lower()
modules, dists, debian = {}, {}, {}

def requirements(dist):
    for text in dist.requires or []:
        if "extra ==" not in text.replace("'", '"'):
            match = re.match(r"[A-Za-z0-9._-]+", text)
            if match:
                yield normalise(match.group(0))

def top_modules(dist):
    listed = set((dist.read_text("top_level.txt") or "").split())
    if listed:
        return {name.split("/")[0] for name in listed}
    found = set()
    for file in dist.files or []:
        first = file.parts[0]
        if len(file.parts) > 1 and first not in ("..", "__pycache__") and not first.endswith((".dist-info", ".egg-info", ".data")):
            found.add(first)
        elif len(file.parts) == 1 and first.endswith((".py", ".so", ".pyd")):
            found.add(first.split(".")[0])
    return found

for dist in metadata.distributions():
    name = dist.metadata["Name"]
    if not name or normalise(name) in dists:
        continue
    key = normalise(name)
    dists[key] = {"version": dist.version, "requires": sorted(set(requirements(dist)))}
    for module in top_modules(dist) or {name.replace("-", "_")}:
        modules.setdefault(module, []).append(key)
    path = str(getattr(dist, "_path", ""))
    if path.startswith("/usr/lib/python3/dist-packages/"):
        debian[path] = key

def ask_dpkg(*args):
    answer = subprocess.run(["dpkg-query", *args], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True)
    return answer.stdout.splitlines()

if debian and shutil.which("dpkg-query"):
    owners = dict(line.split(": ", 1)[::-1] for line in ask_dpkg("-S", *debian) if ": " in line)
    packages = {}
    for path, key in debian.items():
        for package in owners.get(path, "").split(", "):
            packages.setdefault(package.split(":")[0], set()).add(key)
    packages.pop("", None)
    if packages:
        for line in ask_dpkg("-W", "-f", "$" "{Package}\t$" "{Depends}\n", *packages):
            package, _, depends = line.partition("\t")
            needed = {key for name in re.split(r"[,|]", depends) for key in packages.get(name.strip().split(" ")[0].split(":")[0], ())}
            for key in packages.get(package, ()):
                dists[key]["requires"] = sorted(set(dists[key]["requires"]) | (needed - {key}))

print(json.dumps({"executable": sys.executable or None, "version": platform.python_version(), "implementation": sys.implementation.name, "modules": modules, "dists": dists}))
`;
