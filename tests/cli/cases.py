"""The cases of the parity test: each point of compileall's and py_compile's behaviour that scripts may depend on."""
import os, time

from harness import Case, Fifo, File, Folder, HardLink, Link, STAMP

GOOD = "x = 1\n"
BAD = "def f(:\n    pass\n"
SAME = "def f(a):\n    return a + 1\n"               # alike at all levels
ASSERTS = 'def f(a):\n    "doc"\n    assert a\n'   # different at each level

TREE = {"d/a.py": GOOD, "d/bad.py": BAD, "d/note.txt": "no\n", "d/sub/b.py": SAME, "d/sub/deep/c.py": ASSERTS}
FINE = {"d/a.py": GOOD, "d/sub/b.py": SAME, "d/sub/deep/c.py": ASSERTS}


TAG = None  # the middle of the names of .pycs


def arguments():
    """argparse: abbreviations, glued options, values, errors, usage and help in all widths."""
    lines = {
        "long option abbreviated": "-q --work 2 d", "long option with equals": "-q --workers=2 d", "mode abbreviated": "--inval=timestamp d",
        "ambiguous abbreviation": "--h d", "unknown long option": "--nope d", "unknown short option": "-Z d",
        "glued shorts": "-qr1 d", "glued flags": "-lqf d", "glued value": "-qj2 d", "equals after short": "-r=1 d",
        "equals in a cluster": "-qr=1 d", "empty value in a cluster": "-q= d", "flag with a long value": "--hardlink-dupes=x d",
        "underscore in a number": "-r 1_0 d", "plus sign": "-r +1 d", "negative number is a value": "-r -1 d",
        "negative level": "-o -1 d", "not a number": "-r x d", "float": "-r 1.0 d", "workers not a number": "-j x d",
        "huge number": "-r 99999999999999999999 d", "trailing underscore": "-r 1_ d", "double underscore": "-r 1__0 d",
        "missing value": "d -r", "value looks like an option": "-d -q d", "value is two dashes": "-d -- d",
        "split positionals": "d -q e", "two dashes": "-q -- d", "two dashes twice": "-q -- d -- e", "only two dashes": "-- d",
        "dash file is an option": "-dash.py d", "single dash is a file": "-q -", "wrong choice": "--invalidation-mode=x d",
        "choice in other case": "--invalidation-mode=TIMESTAMP d", "last one wins": "-x sub -x nothing d", "l and r": "-l -r 5 d",
        "r zero": "-r 0 d", "d with s": "-d x -s y d", "d with p": "-d x -p y d", "hard links of one level": "-o 1 --hardlink-dupes d",
        "hard links of no level": "--hardlink-dupes d", "usage error before help": "-r x -h", "help before an error": "-h -r x",
        "help in a cluster": "-qh d", "help after its cluster's error": "-hr", "flags many times": "-qqqq d", "space in an option": "-\\ x d",
        "negative float is a name": "-1.5 d", "unknown before unknown": "-Z --why d", "options after files": "d -q", "empty": " d",
        "unicode in a cluster": "-qé d", "own options stay whole": "--targ 3.11 d", "repeated level": "-o1 -o1 d",
    }
    for name, line in lines.items():
        args = [word.replace("\\ ", " ") for word in line.replace("\\ ", "\0").replace("\0", "\\ ").split(" ")]
        if "\\ " in line:
            args = ["- x", "d"]
        yield Case("arguments: " + name, args, TREE)
    yield Case("arguments: blanks in a number", ["-r", " 1 ", "d"], TREE)
    yield Case("arguments: bytes that are no UTF-8", [b"-q", b"--\xff", b"d"], TREE)
    yield Case("arguments: value that is no UTF-8", [b"-r", b"\xff", b"d"], TREE)
    for columns in (1, 20, 30, 40, 50, 60, 72, 79, 80, 81, 100, 132, 200, 1000):
        yield Case(f"arguments: help in {columns} columns", ["-h"], TREE, env={"COLUMNS": str(columns)})
        yield Case(f"arguments: usage in {columns} columns", ["-j"], TREE, env={"COLUMNS": str(columns)})
        yield Case(f"arguments: py_compile help in {columns} columns", ["-h"], TREE, module="py_compile", env={"COLUMNS": str(columns)})
    yield Case("arguments: COLUMNS is no number", ["-h"], TREE, env={"COLUMNS": "x"})
    yield Case("arguments: --help behind -m", ["--help"], TREE, flags=["-B"])


def more_arguments():
    """What argparse changed in 3.12 to 3.15: values in clusters, unknown letters, ambiguity, numbers, suggestions."""
    for line in ("-qd=x d", "-fr=1 d", "-qr= d", "-qr=-1 d", "-q-f d", "-qZ d", "-qZf d", "-fZ=1 d", "-Zq d", "-qq=f d", "-lq=1 d", "-j=2 -q d", "-qj=2 d", "-qo=1 d", "-qi=list d", "-qs=d d",
                 "--h --w", "--h=1 d", "-h --h", "d --h", "-- --h", "--h -Z", "-Z --h", "--h -- -d", "-1x", "-1 d", "-.5 d", "-.5x d", "-5. d", "--5 d", "-1_0 d", "-o -1x d", "-r -.5 d", "-r -1x d",
                 "--invalidation-mode=checked d", "--invalidation-mode=unchecked d", "--invalidation-mode=timestmp d", "--invalidation-mode=hash d", "--invalidation-mode= d", "--inval=tim d", "--invalidation-mode d",
                 "-l=q d", "-b=f d", "-f= d", "--hardlink-dupes= d", "--workers= d", "--workers d", "d -x", "-e d -e", "-o d", "-d= d", "-s= d", "-p= d", "-p=/o d", "-- -q -- d", "-q d --", "-q -- -- d"):
        yield Case(f"more arguments: {line}", line.split(), {**FINE, "list": "d/a.py\n"})
    for line in ("-qq", "-Z", "-qZ d/a.py", "-q=1 d/a.py", "--q d/a.py", "--quie=1 d/a.py", "-Z d/a.py", "d/a.py -Z", "-hq", "-hZ", "-qh", "-- -q", "- -", "-q -", "-1 d/a.py", "-1", "d/a.py -q"):
        yield Case(f"more arguments: py_compile {line}", line.split(), FINE, module="py_compile")
    yield Case("more arguments: choice with a quote", ["--invalidation-mode", "it's", "d"], FINE)
    yield Case("more arguments: choice with letters of its own", ["--invalidation-mode", "ünchecked-hash\udcff", "d"], FINE)


def terminals():
    """Colours and widths on a pseudo-terminal."""
    lines = {"help": ["-h"], "usage": ["-j"], "error": ["d", "-Z"], "compile error": ["d"], "warning": ["-q", "w.py"], "missing": ["nope"]}
    for name, args in lines.items():
        for terminal in (("out", "err"), ("out",), ("err",)):
            yield Case(f"terminals: {name} on {'+'.join(terminal)}", args, {**TREE, "w.py": 'x is "s"\n'}, terminal=terminal)
    for module, args in (("compileall", ["-h"]), ("compileall", ["--invalidation-mode=x", "d"]), ("py_compile", ["-h"]), ("py_compile", []), ("py_compile", ["d/bad.py"])):
        for env in ({"NO_COLOR": "1"}, {"NO_COLOR": ""}, {"FORCE_COLOR": "1"}, {"FORCE_COLOR": "0"}, {"PYTHON_COLORS": "0"}, {"PYTHON_COLORS": "1"}, {"PYTHON_COLORS": "2"}, {"PYTHON_COLORS": "1", "NO_COLOR": "1"},
                    {"PYTHON_COLORS": "0", "FORCE_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": "dumb", "FORCE_COLOR": "1"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, {"TERM": "xterm"}):
            words = " ".join(f"{key}={value}" for key, value in env.items())
            yield Case(f"terminals: {module} {' '.join(args)} with {words}", args, TREE, module=module, env=env, terminal=("out", "err"))
            if "TERM" not in env:
                yield Case(f"terminals: {module} {' '.join(args)} with {words}, no terminal", args, TREE, module=module, env=env)
    for flag in ("-E", "-I"):
        for env in ({"PYTHON_COLORS": "1"}, {"PYTHON_COLORS": "0"}, {"FORCE_COLOR": "1"}):
            words = " ".join(f"{key}={value}" for key, value in env.items())
            for terminal in ((), ("out", "err")):
                yield Case(f"terminals: {flag} and {words} on {'+'.join(terminal)}", ["-h"], TREE, flags=[flag], env=env, terminal=terminal)
    for columns in (0, 1, 11, 20, 24, 30, 40, 60, 79, 80, 100, 200):
        yield Case(f"terminals: help in {columns} columns", ["-h"], TREE, terminal=("out", "err"), columns=columns)
        yield Case(f"terminals: usage in {columns} columns", ["-j"], TREE, terminal=("out", "err"), columns=columns)
        yield Case(f"terminals: py_compile help in {columns} columns", ["-h"], TREE, module="py_compile", terminal=("out", "err"), columns=columns)
    for columns in ("0", "-1", "x", "30", ""):
        yield Case(f"terminals: COLUMNS={columns}", ["-h"], TREE, env={"COLUMNS": columns}, terminal=("out", "err"), columns=50)
    yield Case("terminals: unbuffered", ["d"], TREE, flags=["-u"], terminal=("out", "err"))
    yield Case("terminals: names", ["d"], {b"d/\xff.py": BAD, "d/é.py": GOOD}, terminal=("out", "err"))


def output():
    """What is said, and where."""
    for quiet in ("", "-q", "-qq", "-qqq"):
        yield Case(f"output: errors {quiet}", [*quiet.split(), "d"], TREE)
        yield Case(f"output: missing path {quiet}", [*quiet.split(), "nope"], TREE)
        yield Case(f"output: warning {quiet}", [*quiet.split(), "w.py"], {"w.py": 'x = 1\nx is "s"\n'})
    yield Case("output: file argument", ["d/a.py", "d/bad.py"], TREE)
    yield Case("output: file without suffix", ["d/note.txt"], TREE)
    yield Case("output: suffixes", ["."], {"a.pyw": GOOD, "b.PY": GOOD, "c.pyx": GOOD, "d.py3": GOOD, "py": GOOD})
    yield Case("output: arguments in order, with doubles", ["d/sub", "d/a.py", "d", "d/a.py"], FINE)
    yield Case("output: the same file forced twice", ["-f", "d/a.py", "d/a.py", "./d/a.py"], FINE)
    yield Case("output: a tree and a tree inside it", ["-f", "d", "d/sub"], FINE)
    yield Case("output: many errors", ["d"], {f"d/{i:02}.py": BAD if i % 3 else GOOD for i in range(40)})
    yield Case("output: other errors", ["d"], {"d/i.py": "  x\n", "d/n.py": b"x = '\0'\n", "d/t.py": "if 1:\n\tx\n        y\n",
                                              "d/e.py": b"# coding: nope\n", "d/bom.py": b"\xef\xbb\xbf# coding: latin-1\n", "d/big.py": "x = " + "9" * 5000 + "\n"})
    yield Case("output: levels of one bad file", ["-o0", "-o1", "-o2", "d"], TREE)
    yield Case("output: -j keeps the order", ["-j0", "d"], TREE, ignore=("stdout",))  # CPython's own order is not defined
    yield Case("output: workers negative, a directory", ["-j", "-1", "d"], TREE, dies=True)
    yield Case("output: workers negative, a file", ["-j", "-1", "d/a.py"], TREE)
    names = {"quote": "it's", "quotes": "it's \"x\"", "newline": "a\nb", "tab": "a\tb", "escape": "a\x1bb", "backslash": "a\\b", "umlaut": "ä", "emoji": "🐍",
             "unassigned": "\u0378", "soft hyphen": "\xad", "line separator": "\u2028", "delete": "a\x7f", "private": "\ue000", "c1": "a\x85b"}
    for name, text in names.items():
        yield Case(f"output: repr of a name, {name}", ["d"], {f"d/{text}/x.py": GOOD, f"d/{text}.py": BAD})
    yield Case("output: repr of bytes", ["d"], {b"d/\xff\xe9.py": GOOD, b"d/b\xfe.py": BAD, b"d/\xffdir/x.py": GOOD})
    yield Case("output: order of names", ["d"], {b"d/" + n + b".py": GOOD for n in (b"\x80", "\ud7a3".encode(), "\uff21".encode(), "🐍".encode(), b"A", b"a", b"_", "\ue000".encode(), b"\xed\xa0\x80", b"\xc3", b"\xc3\xa9", b"\xc3a", b"")})


def streams():
    """Closed and full streams, encodings."""
    yield Case("streams: stdout closed, no error", ["d"], FINE, stdout="closed")
    yield Case("streams: stdout closed, an error", ["d"], TREE, stdout="closed", dies=True, ignore=("files",))  # other threads may have gone on
    yield Case("streams: stdout closed, an error of the system", ["d"], {"d/a.py": GOOD, "d/__pycache__": "a file\n"}, stdout="closed")
    yield Case("streams: stdout full", ["d"], FINE, stdout="full")
    yield Case("streams: stdout full, quiet", ["-q", "d"], FINE, stdout="full")
    yield Case("streams: ASCII, an error", ["-q", "d"], {"d/a.py": "é = (\n"}, env={"PYTHONIOENCODING": "ascii"})
    yield Case("streams: ASCII, a name", ["d"], {"d/é.py": GOOD}, env={"PYTHONIOENCODING": "ascii:strict"}, dies=True, ignore=("files",))
    yield Case("streams: ASCII with replacement", ["d"], {"d/é.py": BAD}, env={"PYTHONIOENCODING": "ascii:replace"})
    yield Case("streams: ASCII with backslashes", ["d"], {"d/é.py": BAD}, env={"PYTHONIOENCODING": "ascii:backslashreplace"})
    yield Case("streams: Latin-1", ["d"], {"d/é.py": "é = (\n", "d/o.py": 'x = "\u20ac" (\n'}, env={"PYTHONIOENCODING": "latin-1"})
    names = {"d/é.py": "é = (\n", "d/o.py": 'x = "\u20ac" (\n', "d/я.py": BAD, "d/日本.py": BAD, "d/語🐍.py": 'x = "日本" (\n'}
    for value in ("cp1252", "cp1252:replace", "cp1252:backslashreplace", "cp1252:xmlcharrefreplace", "cp1252:namereplace", "ascii:namereplace", "latin-1:namereplace",
                  "iso8859-15:ignore", "koi8-r:replace", "cp437:backslashreplace", "cp037:replace", "mac_roman:replace", "cp1251:strict", "iso8859-1:strict", "ascii:strict",
                  "utf-16", "utf-16-be", "utf-32", "utf-8-sig", "gbk:replace", "gb18030", "big5:replace", "big5hkscs:replace", "euc_jp:backslashreplace", "shift_jis:replace",
                  "cp932:replace", "euc_kr:replace", "cp949:replace", "johab:replace", "gb2312:xmlcharrefreplace", "euc_jis_2004:replace", "shift_jisx0213:replace", "cp950:strict",
                  "ascii:nonsense", "cp1252:nonsense", "utf-8:nonsense"):
        dies = value.endswith(("strict", "nonsense")) or ":" not in value
        yield Case(f"streams: {value}", ["d"], names, env={"PYTHONIOENCODING": value}, dies=dies, ignore=("files",) if dies else ())
        yield Case(f"streams: {value}, quiet", ["-q", "d"], names, env={"PYTHONIOENCODING": value}, dies=dies, ignore=("files",) if dies else ())
    yield Case("streams: digits of other scripts", ["-r", "\uff11", "-o", "\u0661", "d"], FINE)
    yield Case("streams: a digit that is none", ["-r", "\u00b2", "d"], FINE)
    yield Case("streams: errors only", ["d"], {b"d/\xff.py": BAD}, env={"PYTHONIOENCODING": ":strict"})
    for locale in ("C", "POSIX", "C.UTF-8", "nonsense"):
        yield Case(f"streams: locale {locale}", ["d"], {"d/é.py": BAD, b"d/\xff.py": BAD}, env={"LC_ALL": locale})
    yield Case("streams: warnings are escaped", ["d"], {"d/w.py": 'x is "é"\n', "d/é.py": 'x is "é"\n', b"d/\xff.py": "x is 'é'\n"})
    yield Case("streams: unbuffered", ["d"], TREE, flags=["-u"])
    yield Case("streams: pycs with other errors in names", ["d"], {b"d/\xff.py": GOOD, b"d/__pycache__/\xff." + TAG.encode() + b".pyc": Link("x")})


def walking():
    """Which files are found."""
    yield Case("walk: no recursion", ["-l", "d"], FINE)
    for levels in (-1, 0, 1, 2, 3):
        yield Case(f"walk: {levels} levels", ["-r", str(levels), "d"], FINE)
    yield Case("walk: hidden names", ["d"], {"d/.h/x.py": GOOD, "d/.x.py": GOOD, "d/.py": GOOD, "d/a.b.py": GOOD})
    yield Case("walk: a folder named like a source", ["d"], {"d/x.py/y.py": GOOD, "d/x.py/z.py/w.py": BAD})
    yield Case("walk: __pycache__ below", ["d"], {"d/a.py": GOOD, "d/__pycache__/x.py": GOOD, "d/e/__pycache__/f/y.py": GOOD})
    yield Case("walk: __pycache__ given", ["d/__pycache__"], {"d/__pycache__/x.py": GOOD})
    yield Case("walk: __pycache__ is a file", ["d"], {"d/a.py": GOOD, "d/__pycache__": "x\n"})
    yield Case("walk: links to folders", ["d"], {"e/x.py": GOOD, "d/l": Link("../e"), "d/a.py": GOOD})
    yield Case("walk: a link as argument", ["l"], {"e/x.py": GOOD, "e/s/y.py": GOOD, "l": Link("e")})
    yield Case("walk: links to files", ["d"], {"e/x.py": GOOD, "d/l.py": Link("../e/x.py"), "d/broken.py": Link("nope"), "d/loop.py": Link("loop.py"), "d/dir.py": Link("../e")})
    yield Case("walk: a link to a file as argument", ["d/l.py"], {"e/x.py": GOOD, "d/l.py": Link("../e/x.py")})
    yield Case("walk: a broken link as argument", ["l.py", "loop.py"], {"l.py": Link("nope"), "loop.py": Link("loop.py")})
    yield Case("walk: fifos", ["d", "f.py"], {"d/f.py": Fifo(), "f.py": Fifo(), "d/a.py": GOOD})
    yield Case("walk: empty name", ["", "d"], FINE)
    yield Case("walk: spellings", ["./d", "d/", "d//sub", "d/../d/sub"], {**FINE, "d/sub/bad.py": BAD})
    yield Case("walk: the current folder", ["."], TREE, cwd="d")
    yield Case("walk: the folder above", [".."], TREE, cwd="d/sub")
    yield Case("walk: absolute", ["{root}/d"], TREE)
    yield Case("walk: folder that may not be listed", ["d"], {"d/s/x.py": GOOD, "d/a.py": GOOD, "d/s": Folder(0o311)}, user=True)
    yield Case("walk: folder that may not be entered", ["d"], {"d/s/x.py": GOOD, "d/s/t/y.py": GOOD, "d/a.py": GOOD, "d/s": Folder(0o644)}, user=True)
    yield Case("walk: folder without any right", ["d", "d/s", "d/s/x.py"], {"d/s/x.py": GOOD, "d/s": Folder(0)}, user=True)
    deep = "/".join(["n"] * 60)
    yield Case("walk: sixty levels", ["d"], {f"d/{deep}/x.py": GOOD})
    yield Case("walk: .py and py.py share a name", ["d"], {"d/.py": GOOD, "d/py.py": SAME})
    yield Case("walk: too deep for CPython", ["-q", "d"], {"d/x.py": GOOD}, before=[lambda root: chain(root, 1100, "n")], dies=True, ignore=("files",))
    yield Case("walk: longer than a path may be", ["-q", "d"], {"d/x.py": GOOD}, before=[lambda root: chain(root, 22, "n" * 200)])


def chain(root, depth, name):
    """A tree that may be deeper than a path can be long, built step by step, with a source in each folder."""
    here = os.open(os.path.join(root, "d"), os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
        with open(os.open("x.py", os.O_CREAT | os.O_WRONLY, dir_fd=here), "w") as f:
            f.write(GOOD)
        os.utime("x.py", (STAMP, STAMP), dir_fd=here)
    os.close(here)


def touch(path, ns):
    return lambda root: os.utime(os.path.join(root, path), ns=(ns, ns))


def rewrite(path, change):
    def step(root):
        import glob
        for name in glob.glob(os.path.join(root, path)):
            with open(name, "rb") as f:
                text = f.read()
            with open(name, "wb") as f:
                f.write(change(text))
    return step


def freshness():
    """When a file is compiled again."""
    pyc = "d/__pycache__/a.*.pyc"
    again = [["-q", "d"]]
    yield Case("fresh: nothing to do", ["d"], FINE, before=again)
    yield Case("fresh: nothing to do but an error", ["d"], TREE, before=again)
    yield Case("fresh: forced", ["-f", "d"], FINE, before=again)
    yield Case("fresh: newer source", ["d"], FINE, before=[*again, touch("d/a.py", (STAMP + 5) * 10**9)])
    yield Case("fresh: older source", ["d"], FINE, before=[*again, touch("d/a.py", (STAMP - 5) * 10**9)])
    yield Case("fresh: other size, same age", ["d"], FINE, before=[*again, rewrite("d/a.py", lambda t: t * 2), touch("d/a.py", STAMP * 10**9)])
    yield Case("fresh: twelve bytes are enough", ["d"], FINE, before=[*again, rewrite(pyc, lambda t: t[:12])])
    yield Case("fresh: eleven are not", ["d"], FINE, before=[*again, rewrite(pyc, lambda t: t[:11])])
    yield Case("fresh: empty", ["d"], FINE, before=[*again, rewrite(pyc, lambda t: b"")])
    yield Case("fresh: other magic", ["d"], FINE, before=[*again, rewrite(pyc, lambda t: b"xx" + t[2:])])
    yield Case("fresh: hash pycs never are", ["d"], FINE, before=[["-q", "--invalidation-mode", "checked-hash", "d"]])
    yield Case("fresh: another mode is asked", ["--invalidation-mode", "unchecked-hash", "d"], FINE, before=again)
    yield Case("fresh: one of two levels", ["-o0", "-o1", "d"], FINE, before=[["-q", "-o1", "d"]])
    yield Case("fresh: both levels", ["-o0", "-o1", "d"], FINE, before=[["-q", "-o1", "-o0", "d"]])
    yield Case("fresh: legacy", ["-b", "d"], FINE, before=[["-q", "-b", "d"]])
    yield Case("fresh: behind a link", ["d"], {"d/a.py": GOOD, f"d/__pycache__/a.{TAG}.pyc": Link("../../real.pyc")},
               before=[lambda root: os.rename(os.path.join(root, f"d/__pycache__/a.{TAG}.pyc"), os.path.join(root, "l")), ["-q", "d"],
                       lambda root: os.rename(os.path.join(root, f"d/__pycache__/a.{TAG}.pyc"), os.path.join(root, "real.pyc")),
                       lambda root: os.rename(os.path.join(root, "l"), os.path.join(root, f"d/__pycache__/a.{TAG}.pyc"))])
    ages = {"just below a second": 1600000000 * 10**9 + 999999999, "half": 1600000000 * 10**9 + 500000000, "zero": 0, "before 1970": -1_500_000_000,
            "2038": 2**31 * 10**9, "2106": 2**32 * 10**9 + 7 * 10**9, "small": 1}
    for name, ns in ages.items():
        yield Case(f"fresh: age {name}", ["d"], {"d/a.py": File(GOOD, mtime_ns=ns)})
        yield Case(f"fresh: age {name}, again", ["d"], {"d/a.py": File(GOOD, mtime_ns=ns)}, before=again)


def writing():
    """Modes, temporary files, what is refused."""
    for mode in (0o644, 0o600, 0o400, 0o444, 0o755, 0o777, 0o4755, 0o640, 0o000, 0o222):
        yield Case(f"write: source mode {mode:o}", ["d"], {"d/a.py": File(GOOD, mode)})
    for umask in (0, 0o027, 0o077, 0o777):
        yield Case(f"write: umask {umask:o}", ["d"], {"d/a.py": File(GOOD, 0o666)}, umask=umask)
    yield Case("write: old mode is not kept", ["-f", "d"], FINE, before=[["-q", "d"], lambda root: os.chmod(os.path.join(root, "d/__pycache__"), 0o700)])
    pyc = f"d/__pycache__/a.{TAG}.pyc"
    yield Case("write: a link is refused", ["-f", "d"], {"d/a.py": GOOD, pyc: Link("x")})
    yield Case("write: a link is refused, quiet", ["-q", "d"], {"d/a.py": GOOD, pyc: Link("x")})
    yield Case("write: a folder is refused", ["d"], {"d/a.py": GOOD, pyc + "/x": "x"})
    yield Case("write: a fifo is refused", ["-f", "d"], {"d/a.py": GOOD, pyc: Fifo()})
    yield Case("write: __pycache__ is a link", ["d"], {"d/a.py": GOOD, "e": Folder(), "d/__pycache__": Link("../e")})
    yield Case("write: __pycache__ is a broken link", ["d"], {"d/a.py": GOOD, "d/__pycache__": Link("nope")})
    yield Case("write: source that may not be read", ["d"], {"d/a.py": File(GOOD, 0), "d/b.py": GOOD}, user=True)
    yield Case("write: folder that may not be written", ["d"], {"d/a.py": GOOD, "d": Folder(0o555)}, user=True)
    yield Case("write: __pycache__ that may not be written", ["d"], {"d/a.py": GOOD, "d/__pycache__": Folder(0o555)}, user=True)
    yield Case("write: __pycache__ that may not be entered", ["d"], {"d/a.py": GOOD, "d/__pycache__": Folder(0o644)}, user=True)
    yield Case("write: fresh in a folder that may not be written", ["d"], {"d/a.py": GOOD, "d": Folder(0o555)}, before=[["-q", "d"]], user=True)
    for length in (220, 223, 224, 225, 226, 240, 251, 252):
        yield Case(f"write: name of {length} characters", ["d"], {"d/" + "n" * length + ".py": GOOD})
    yield Case("write: hard linked pycs part", ["-f", "d"], {"d/a.py": GOOD, "other": "o"}, before=[["-q", "d"], lambda root: os.link(os.path.join(root, pyc), os.path.join(root, "linked"))])
    for mode in ("timestamp", "checked-hash", "unchecked-hash"):
        yield Case(f"write: {mode}", ["--invalidation-mode", mode, "d"], FINE)
        yield Case(f"write: {mode} against SOURCE_DATE_EPOCH", ["--invalidation-mode", mode, "d"], FINE, env={"SOURCE_DATE_EPOCH": "1"})
    yield Case("write: SOURCE_DATE_EPOCH", ["d"], FINE, env={"SOURCE_DATE_EPOCH": "x"})
    yield Case("write: SOURCE_DATE_EPOCH empty", ["d"], FINE, env={"SOURCE_DATE_EPOCH": ""})
    yield Case("write: legacy", ["-b", "d"], FINE)
    yield Case("write: empty source", ["d"], {"d/a.py": ""})


def levels():
    """Optimisation levels and hard links."""
    for args in ("-o0", "-o1", "-o2", "-o 1 -o 0", "-o2 -o2 -o0 -o2", "-o 0 -o 1 -o 2", "-o -1", "-o -1 -o 1", "-o 3", "-o 0 -o 3", "-o -2", "-o 99999999999",
                 "-o 9223372036854775807", "-b -o0 -o2", "-b -o2", "-o0 -o1 -o2 --hardlink-dupes", "-o2 -o1 --hardlink-dupes", "-f -o0 -o1 --hardlink-dupes"):
        yield Case(f"levels: {args}", [*args.split(), "d"], FINE)
    for flags in (["-O"], ["-OO"], ["-OOO"], ["-O", "-O"], ["-OB"]):
        yield Case(f"levels: {' '.join(flags)}", ["d"], FINE, flags=flags)
    yield Case("levels: -O with -o -1", ["-o", "-1", "-o", "0", "d"], FINE, flags=["-O"])
    yield Case("levels: -O with -b", ["-b", "d"], FINE, flags=["-O"])
    for value in ("1", "2", "7", "0", "x", "-3", ""):
        yield Case(f"levels: PYTHONOPTIMIZE={value}", ["d"], FINE, env={"PYTHONOPTIMIZE": value})
    yield Case("levels: PYTHONOPTIMIZE less than -O", ["d"], FINE, flags=["-OO"], env={"PYTHONOPTIMIZE": "1"})
    yield Case("levels: hard links again", ["-f", "-o0", "-o1", "-o2", "--hardlink-dupes", "d"], FINE, before=[["-q", "-o0", "-o1", "-o2", "--hardlink-dupes", "d"]])
    yield Case("levels: hard links over plain files", ["-f", "-o0", "-o1", "-o2", "--hardlink-dupes", "d"], FINE, before=[["-q", "-o0", "-o1", "-o2", "d"]])
    yield Case("levels: same level twice with hard links", ["-o1", "-o1", "--hardlink-dupes", "d"], FINE, dies=True, ignore=("stdout",))  # "Listing" comes before CPython dies


def renaming():
    """-d, -s, -p: the path in the .pyc and in messages."""
    tree = {**TREE, "d/d/e.py": BAD, "d/w.py": 'x is "s"\n'}
    for args in ("-d X d", "-d X/ d", "-d /abs d", "-d X d/", "-d X d//", "-d X ./d", "-d X d/a.py d/bad.py", "-d X/ d/bad.py", "-s d d", "-s d/ d", "-s d/sub d",
                 "-s sub d", "-s nope d", "-s d/a.py d/sub d/bad.py", "-p /opt d", "-p opt d", "-p / d", "-p opt/ d", "-s d -p /opt d", "-s d -p / d", "-s ./d ./d",
                 "-s . ./d", "-s d d/d", "-s nope -p q d/bad.py"):
        yield Case(f"rename: {args}", ["-f", *args.split()], tree)
    yield Case("rename: empty -d", ["-d", "", "d"], tree)
    yield Case("rename: empty -s", ["-s", "", "d"], tree)
    yield Case("rename: empty -p", ["-p", "", "d"], tree)
    for args in ("-s {root} {root}/d", "-s {root}/ {root}/d", "-s {root} -p / {root}/d", "-p /opt {root}/d", "-s /nope/x {root}/d", "-d X {root}/d", "-s / {root}/d", "-s {root}/d -p /usr {root}/d/bad.py"):
        yield Case(f"rename: absolute {args}", args.split(), tree)
    yield Case("rename: nothing left, file", ["-s", "d/a.py", "d/a.py"], tree, dies=True)
    yield Case("rename: -d in the walk of a folder named twice", ["-d", "X", "d/d"], tree)
    yield Case("rename: error line from the renamed file", ["-s", "d", "-p", "o", "d"], {"d/m.py": "def f():\n  nonlocal x\n", "o/m.py": "# one\n  # another text\n", "d/p.py": "x = = 1\n", "o/p.py": "y = = 2\n", "d/w.py": "1 is x\n", "o/w.py": "# warned\n"})
    yield Case("rename: no error line without the file", ["-d", "/nowhere", "d"], {"d/m.py": "def f():\n  nonlocal x\n", "d/p.py": "x = = 1\n", "d/w.py": "1 is x\n"})


def filters():
    """-x and -e."""
    tree = {**TREE, "d/sub/é.py": GOOD, "d/A.py": GOOD, b"d/\xff.py": GOOD, "d/x1.py": GOOD, "d/xx.py": GOOD, "d/a\nb.py": GOOD}
    patterns = ["sub", "^sub", "^d/sub", r"a\.py$", r"\.py\Z", "(?i)A", "(?i:a)\\.py", "[ab]\\.", "[^/]a", "x{2}", "x{,1}\\.", "x{1,2}?", "x{", "x{1", "\\d", "\\D\\.py", "\\w\\w\\.",
                "\\W\\.py", "\\s", "\\S\\S\\S", "\\bb", "\\Bb", "(a|b)\\.py", "(?:a|b)\\.py", "(?P<n>x)(?P=n)", "(x)\\1", "(?=sub)s", "(?!sub)s", "(?<=/)b", "(?<!/)b", "(x)?(?(1)x|1)", ".b", "(?s).b\\.",
                "(?s:.)b", "a$", "(?m)a$", "(?m)^b", "é", "\\xe9", "\\u00e9", "\\N{LATIN SMALL LETTER E WITH ACUTE}", "[\\x80-\\U0010ffff]", "[\\udc80-\\udcff]", "\\udcff", "[^\\x00-\\uffff]",
                "(?x) s u b # comment", "(?#c)sub", "a++", "(?>x*)x", "[]a]", "[a-]", "[\\w.]b", "[\\W]b", "[a\\W]b", "[^a\\W]\\.", "x*?1", "", "|", "a||b", "()", "(?a)\\w\\.py", "(?ia)É", "(?i)É", "[É-Ý]", "(?i)[É-Ý]",
                "\\141", "\\0141", "\\7", "\\a|b\\.", "\\.", "\\/", "(?-i:a)", "(?i-s:A)", "x{2,1000}", "(x{0,50}){0,50}", "\\A\\Z", "d\\b/", "\\Z"]
    for pattern in patterns:
        yield Case(f"filter: {pattern}", ["-x", pattern, "d"], tree, dies=pattern in ("", "\\7"))
    for pattern in ["(", ")", "[", "[]", "*", "a**", "a{2,1}", "(?P<1>x)", "(?P<n>x)(?P<n>y)", "(?P=n)", "(?<=a*)b", "\\q", "[z-a]", "[\\d-z]", "(?", "(?z)", "a(?i)", "(?i", "(?-)", "(?P", "(?Px)", "(?<x)", "(?(1)a|b|c)", "(?(2)a)", "\\",
                    "\\x1", "\\u12", "\\U00110000", "\\N{nope}", "\\N", "(?L)x", "(?au)x", "(?i-i:x)", "(?#", "(?P<", "(?P<>x)", "(?(0)a)", "(?()a)", "a|*", "(|*)", "\\400", "[\\400]", "[\\8]", "(?<=(a)\\1)b", "x{99999999999}", "^*"]:
        yield Case(f"filter: refused {pattern}", ["-x", pattern, "d"], tree, dies=True)
    links = {"real/x.py": GOOD, "out/y.py": GOOD, "real/in.py": Link("x.py"), "real/out.py": Link("../out/y.py"), "real/sub/up.py": Link("../x.py"), "real/far.py": Link("{root}"), "real/gone.py": Link("nope")}
    for args in ("-e real real", "-e out real", "-e . real", "-e nope real", "-e / real", "-e real real/in.py real/out.py", "-e real/sub real", "-e {root}/real real", "-e real/../real real"):
        yield Case(f"filter: links, {args}", args.split(), links)
    yield Case("filter: links, empty", ["-e", "", "real"], links)
    yield Case("filter: links, through a link", ["-e", "l", "real"], {**links, "l": Link("real")})
    yield Case("filter: links, a loop", ["-e", "d", "d"], {"d/loop.py": Link("loop.py"), "d/a.py": GOOD}, dies=True)


def variables():
    """Variables and -X options of the interpreter: odd values, and those that only newer ones know."""
    warned = {"d/a.py": 'x is "s"\n', "d/m.py": ASSERTS}
    def with_variable(name, *values, ignore=(), tree=warned, args=("d",)):
        for value in values:
            yield Case(f"variables: {name}={value}", list(args), tree, env={name: value}, ignore=ignore)
    def with_option(*options, ignore=(), args=("d",)):
        for option in options:
            yield Case(f"variables: -X {option}", list(args), warned, flags=["-X", option], ignore=ignore)
    yield from with_variable("PYTHONOPTIMIZE", "", "0", "1", "2", "3", "x", "-1", "1x", " 2", "2 ", "99999999999", "+2", "0x2")
    yield from with_variable("PYTHONNODEBUGRANGES", "", "0", "x")
    yield from with_variable("PYTHONDONTWRITEBYTECODE", "1", "x")
    yield from with_variable("SOURCE_DATE_EPOCH", "", "0", "x", " ")
    yield from with_variable("PYTHONDEVMODE", "", "0", "x")
    yield from with_variable("PYTHONUNBUFFERED", "", "0", "1")
    yield from with_variable("PYTHONUTF8", "0", "1", tree={**warned, "d/é.py": BAD})
    yield from with_variable("PYTHONWARNINGS", "ignore,error::SyntaxWarning", "error::SyntaxWarning,ignore", ",error", "error,", "ignore::SyntaxWarning:d/a:1", "ignore::SyntaxWarning:d/a:2",
                             "error::SyntaxWarning:importlib._bootstrap", "ignore::SyntaxWarning:importlib._bootstrap", "once", "module::SyntaxWarning", "al", "a", "ignore:/.is. with/", "error::SyntaxWarning:/d.[am]/",
                             "error:/[/", "error:::/(/", "error:/(?=x)/:SyntaxWarning", "ignore:\"is\"::d/a", "error:\"IS\" WITH 'str'", "error::SyntaxWarning:d/", "error::SyntaxWarning:D/A", "error:://:0")
    for value in ("ascii", "latin-1", "utf-8", ":replace", "ascii:ignore", "latin1:backslashreplace", "ascii:xmlcharrefreplace", "UTF8:surrogateescape", "utf-8:surrogatepass", "us-ascii:replace", "iso8859-1"):
        yield Case(f"variables: PYTHONIOENCODING={value}", ["-q", "d"], {"d/é🐍.py": BAD, b"d/\xff.py": BAD}, env={"PYTHONIOENCODING": value}, dies=True)
    for value in ("bogus", "ascii:bogus", "hex", "utf-8:"):
        yield Case(f"variables: PYTHONIOENCODING={value}", ["-q", "d"], FINE, env={"PYTHONIOENCODING": value}, ignore=("stderr",))
    for locale in ("C", "POSIX", "C.UTF-8", "en_US.UTF-8", "xx_YY", "", "de_DE.ISO-8859-1"):
        for variable in ("LC_ALL", "LANG", "LC_CTYPE"):
            env = {"LC_ALL": "{unset}", variable: locale} if variable != "LC_ALL" else {variable: locale}
            yield Case(f"variables: {variable}={locale}", ["-q", "d"], {"d/é.py": BAD, b"d/\xff.py": BAD}, env=env, dies=True)
    yield Case("variables: no locale", ["-q", "d"], {"d/é.py": BAD}, env={"LC_ALL": "{unset}"})
    for value in ("0", "1"):
        yield Case(f"variables: PYTHONCOERCECLOCALE={value}", ["-q", "d"], {"d/é.py": BAD}, env={"PYTHONCOERCECLOCALE": value, "LC_ALL": "{unset}", "LANG": "C"})
    for jobs in ("", "-j1", "-j0"):
        yield Case(f"variables: PYTHON_CPU_COUNT=1 {jobs}", ["-q", *jobs.split(), "d"], FINE, env={"PYTHON_CPU_COUNT": "1"})
    yield from with_variable("PYTHON_CPU_COUNT", "default", "", "0", "-1", "x", "99999999999")
    yield from with_option("cpu_count=1", "cpu_count=default", "cpu_count=0", "cpu_count=x", "cpu_count")
    yield from with_option("no_debug_ranges=0", "no_debug_ranges=", "nonsense", "nonsense=1", "", "=", "pycache_prefix", "pycache_prefix=q", "int_max_str_digits", "int_max_str_digits=x", "int_max_str_digits=640",
                           "utf8", "utf8=1", "utf8=0", "warn_default_encoding", "faulthandler", "dev=0")
    yield from with_option("utf8=2", "utf8=", "frozen_modules=x", "frozen_modules=off", "tracemalloc=x", "tracemalloc=0", "tracemalloc=1", "tracemalloc", "gil=0", "gil=1", "gil=x", "thread_inherit_context=1",
                           "thread_inherit_context=x", "context_aware_warnings=0", "context_aware_warnings=x", "lazy_imports=all", "lazy_imports=none", "lazy_imports=normal", "lazy_imports=x", "pathconfig_warnings=x", "tlbc=1", "tlbc=x",
                           "disable_remote_debug", "presite=x", "showrefcount")
    yield from with_option("importtime=0", "importtime=x", "importtime=3", ignore=("stderr",))  # where it is on, CPython's own imports are shown
    for name, values in {"PYTHONUTF8": ("2", "x"), "PYTHONMALLOC": ("malloc", "bogus"), "PYTHON_FROZEN_MODULES": ("on", "x"), "PYTHONTRACEMALLOC": ("0", "x", "1"), "PYTHON_GIL": ("1", "0", "x"),
                         "PYTHONHASHSEED": ("0", "random", "x", "4294967296", "-1"), "PYTHON_THREAD_INHERIT_CONTEXT": ("1", "x"), "PYTHON_CONTEXT_AWARE_WARNINGS": ("0", "x"), "PYTHON_LAZY_IMPORTS": ("all", "x"),
                         "PYTHONINTMAXSTRDIGITS": ("", "640", "0640", " 700", "700 ", "99999999999"), "PYTHONPROFILEIMPORTTIME": ("",), "PYTHONFAULTHANDLER": ("x",), "PYTHONSAFEPATH": ("1",), "PYTHONNOUSERSITE": ("1",)}.items():
        yield from with_variable(name, *values)
    for flags in ("-W error -W ignore", "-W", "-X", "--check-hash-based-pycs never", "--check-hash-based-pycs x", "--check-hash-based-pycs", "-OO -O", "-OOO", "-bW error", "-WerrorI", "-IWerror", "-uB", "-Xno_debug_ranges", "-X no_debug_ranges -X pycache_prefix=p",
                  "-E -W error", "-OE", "-Z", "--nope", "-dsS", "-t", "-x", "-RRR", "-P"):
        env = {"PYTHONOPTIMIZE": "2"} if "E" in flags else {}
        yield Case(f"variables: flags {flags}", ["d"], warned, flags=flags.split(), env=env, ignore=("stderr", "stdout") if flags in ("-Z", "--nope", "-W", "-X", "-t") or "-based-pycs" in flags or "-d" in flags else ())
    for args in ("-z", "-h", "-i nope d", "-d x -s y d", "d"):
        yield Case(f"variables: an invalid warning option before {args}", args.split(), TREE, flags=["-W", "nope", "-Werror:x:y"])
        yield Case(f"variables: an invalid warning variable before {args}", args.split(), TREE, env={"PYTHONWARNINGS": "nope"})
    for args in ("-z", "-h", "d/a.py"):
        yield Case(f"variables: an invalid warning variable before py_compile {args}", args.split(), TREE, env={"PYTHONWARNINGS": "nope"}, module="py_compile")
    for jobs in ("-j 1", "-j +1", "-j 1_0", "-j 0 -j 1", "-j 1 -j 0", "-j -0", "-j 00", "-j 0x1", "-j 1e3", "-j 5"):
        yield Case(f"variables: {jobs}", ["-q", *jobs.split(" "), "d", "d/a.py"], TREE, ignore=("stdout",) if jobs == "-j 5" else ())
    yield Case("variables: -j 0 without directories", ["-j0", "d/a.py", "d/bad.py"], TREE)


def typos():
    """Misspelt keywords, which 3.14 names."""
    texts = ["whille x: pass\n", "x = 1\nfro x in y:\n  pass\n", "def f():\n    retrun 1\n", "if x:\n  pass\nesle:\n  pass\n", "a = (b c)\n", "f(a fro b)\n", "nonlocl x\n", "x = yeild 1\n", "é = 1\néwhile x: pass\n",
             "if a: pass\nx=1\nwhille b: pass\n", "x = 5 iff y else 3\n", "a b c d e f g h i j k l while\n", 'whille "\\d": pass\n', "asert 1 is 1\n", "x y\n", "import a form b\n", "class A:\n  if a:\n    pass\n  clas B: pass\n", "awhile; b; c;\nx = 1 + \\\n    ", "x = 1\nfro x in y: \\\n\n"]
    tree = {f"d/t{i:02}.py": text for i, text in enumerate(texts)}
    tree["d/u.py"] = "# coding: latin-1\nwhille é: pass\n".encode("latin-1")
    yield Case("typos: all", ["d"], tree)
    yield Case("typos: quiet", ["-q", "d"], tree)
    yield Case("typos: warnings are errors", ["d"], tree, flags=["-Werror"])
    yield Case("typos: py_compile", ["d/t00.py"], tree, module="py_compile")
    yield Case("typos: renamed", ["-d", "X", "d"], tree)
    yield Case("typos: renamed to another text", ["-s", "d", "-p", "o", "d"], {**tree, "o/t00.py": "one line\n"})


def registered():
    """Warnings that a process shows once, in some releases."""
    tree = {"d/a.py": 'x is "s"\n', "d/b.py": 'x is "s"\n', "d/c.py": '\nx is "s"\n', "d/e.py": '"\\d"\n', "d/f.py": '"\\d"\n', "d/g.py": "try:\n  pass\nfinally:\n  x is 1\n", "d/h.py": "assert (x, 1)\n", "d/i.py": "for i in x:\n  try: pass\n  finally: break\n",
            "d/j.py": "def f():\n  try: pass\n  finally: return\n"}
    for args in ("d", "-o0 -o1 -o2 d", "-f d d", "-d X d", "-s d d"):
        yield Case(f"registered: {args}", args.split(), tree)
    for text in ("default", "module", "once", "always", "all", "error", "ignore", "once::SyntaxWarning:importlib._bootstrap", "error::SyntaxWarning:importlib._bootstrap", "error::SyntaxWarning:d/a"):
        yield Case(f"registered: -W {text}", ["-o0", "-o1", "d"], tree, flags=["-W", text])
    yield Case("registered: py_compile", [f"d/{name}.py" for name in "abcefghij"], tree, module="py_compile")


def inverted():
    """`~` of a bool warns where it is folded, at the line of Python that called compile(), and does not fold if that is an error."""
    tree = {"d/a.py": "x = ~True\n", "d/b.py": "\n\ndef f(a=~False):\n    return ~__debug__, ~1, ~(not 1), ~~True\n", "d/c.py": 'x is "s"\n~True\n"\\d"\n'}
    for text in ("default", "always", "once", "module", "error", "ignore", "error::SyntaxWarning", "default::DeprecationWarning:importlib._bootstrap", "error::DeprecationWarning:d/a",
                 "error::DeprecationWarning:importlib._bootstrap:488", "default::DeprecationWarning::488", "default::DeprecationWarning::1", "default:bitwise inv", "default:Invert"):
        yield Case(f"inverted: -W {text}", ["-o0", "-o1", "d"], tree, flags=["-W", text])
    yield Case("inverted: no filter", ["d"], tree)
    yield Case("inverted: renamed", ["-d", "X", "d"], tree, flags=["-Walways"])
    yield Case("inverted: py_compile", ["d/a.py", "d/b.py", "d/c.py"], tree, module="py_compile", flags=["-Wd"])


def lists():
    """-i and names on standard input."""
    tree = {**FINE, "e/x.py": GOOD, "list": "d/a.py\ne\n", "crlf": "d/a.py\r\ne\r\n", "cr": "d/a.py\re", "blank": "\n  d/a.py  \n\n", "bad": b"d/a.py\n\xff\n", "none": "", "spaces": "\u3000d/a.py\x85\n", "one": "d/sub/b.py"}
    for name in ("list", "crlf", "cr", "blank", "spaces", "one"):
        yield Case(f"lists: {name}", ["-i", name], tree)
        yield Case(f"lists: {name}, from standard input", ["-i", "-"], tree, stdin=tree[name].encode())
        yield Case(f"lists: {name}, behind arguments", ["-i", name, "e"], tree)
    yield Case("lists: undecodable", ["-i", "bad"], tree, dies=True)
    yield Case("lists: undecodable on standard input", ["-i", "-"], tree, stdin=tree["bad"])
    yield Case("lists: undecodable on strict standard input", ["-i", "-"], tree, stdin=tree["bad"], env={"PYTHONIOENCODING": "utf-8:strict"}, dies=True)
    for quiet in ("", "-q", "-qq"):
        yield Case(f"lists: missing {quiet}", [*quiet.split(), "-i", "nope", "d"], tree)
    yield Case("lists: a folder", ["-i", "d", "d"], tree)
    yield Case("lists: empty name", ["-i", "", "d"], tree)
    yield Case("lists: last one wins", ["-i", "none", "-i", "one", "d/a.py"], tree)
    yield Case("lists: with -j", ["-q", "-j", "0", "-i", "list"], tree)
    yield Case("lists: many files", ["-i", "all"], {**{f"d/m{i}.py": f"x = {i}\n" for i in range(300)}, "all": "".join(f"d/m{i}.py\n" for i in range(300))})


def environment():
    """Variables and flags of the interpreter."""
    for prefix in ("{root}/p", "p", "p/", "/", "p//q/../r"):
        if prefix != "/":
            yield Case(f"environment: PYTHONPYCACHEPREFIX={prefix}", ["d", "d/a.py", "{root}/d/sub", "./d/sub"], TREE, env={"PYTHONPYCACHEPREFIX": prefix})
    yield Case("environment: prefix and -b", ["-b", "d"], FINE, env={"PYTHONPYCACHEPREFIX": "p"})
    yield Case("environment: -X pycache_prefix", ["d"], FINE, flags=["-X", "pycache_prefix=q"], env={"PYTHONPYCACHEPREFIX": "p"})
    yield Case("environment: -X pycache_prefix, empty", ["d"], FINE, flags=["-Xpycache_prefix="], env={"PYTHONPYCACHEPREFIX": "p"})
    yield Case("environment: prefix, again", ["d"], FINE, env={"PYTHONPYCACHEPREFIX": "p"}, before=[["-q", "d"]])
    yield Case("environment: prefix that may not be made", ["d"], FINE, env={"PYTHONPYCACHEPREFIX": "/proc/nope"})
    yield Case("environment: prefix is a file", ["d"], FINE, env={"PYTHONPYCACHEPREFIX": "d/a.py"})
    for flag in ("-E", "-I"):
        yield Case(f"environment: ignored with {flag}", ["d"], FINE, flags=[flag], env={"PYTHONPYCACHEPREFIX": "p", "PYTHONOPTIMIZE": "1", "PYTHONNODEBUGRANGES": "1", "PYTHONWARNINGS": "error", "PYTHONINTMAXSTRDIGITS": "x", "PYTHONHASHSEED": "nope"})
    yield Case("environment: no debug ranges", ["d"], FINE, env={"PYTHONNODEBUGRANGES": "1"})
    yield Case("environment: no debug ranges, flag", ["d"], FINE, flags=["-X", "no_debug_ranges"])
    big = {"d/a.py": "x = " + "9" * 5000 + "\n", "d/b.py": "x = " + "9" * 700 + "\n", "d/c.py": GOOD}
    for value in ("0", "640", "6000"):
        yield Case(f"environment: digits {value}", ["d"], big, env={"PYTHONINTMAXSTRDIGITS": value})
        yield Case(f"environment: digits {value}, flag", ["d"], big, flags=["-X", f"int_max_str_digits={value}"])
    for value in ("639", "-1", "x"):
        yield Case(f"environment: digits {value}", ["d"], big, env={"PYTHONINTMAXSTRDIGITS": value}, ignore=("stderr",))  # CPython adds its thread's state
    yield Case("environment: hash seed", ["d"], FINE, env={"PYTHONHASHSEED": "nope"}, ignore=("stderr",))
    warned = {"d/a.py": 'x is "s"\n\nassert (x, 1)\n', "d/b.py": 'x is "s"\n', "d/e.py": '"\\d"\n', "d/__main__.py": '"\\d"\n', "d/m.py": "1 ()\n"}
    filters = ["ignore", "error", "always", "default", "once", "module", "all", "d", "i", "e", "", "x", "error::SyntaxWarning", "error::DeprecationWarning", "ignore::SyntaxWarning", "default::DeprecationWarning", "ignore:\"is\" with", "ignore:\"IS\" WITH", "ignore:is with",
               "error:::d/a", "ignore:::d/b", "ignore::::3", "error::SyntaxWarning:d/a:3", "ignore::::x", "ignore::::-1", "a:b:c:d:e:f", "ignore::Nope", "ignore::UserWarning", "error,ignore::SyntaxWarning", " error : : SyntaxWarning", "ignore::Warning", "once::DeprecationWarning", "ignore::::1_0"]
    for text in filters:
        yield Case(f"environment: -W {text}", ["d"], warned, flags=["-W", text])
        yield Case(f"environment: PYTHONWARNINGS={text}", ["-q", "d"], warned, env={"PYTHONWARNINGS": text})
    yield Case("environment: -W over PYTHONWARNINGS", ["d"], warned, flags=["-Wignore"], env={"PYTHONWARNINGS": "error"})
    yield Case("environment: -W twice", ["d"], warned, flags=["-Wignore", "-W", "error", "-Wignore"])
    yield Case("environment: development mode", ["d"], warned, env={"PYTHONDEVMODE": "1"})
    yield Case("environment: development mode, flag", ["d"], warned, flags=["-X", "dev"])
    yield Case("environment: warnings for each level", ["-o0", "-o1", "-o2", "d"], warned)
    yield Case("environment: warnings and renaming", ["-d", "X", "d"], warned)
    yield Case("environment: lines of warnings", ["d"], {"d/a.py": '  \nx is "\t s"  \n', "d/b.py": b'# coding: latin-1\nx is "\xe9"\n', "d/c.py": 'x = """\n\n""" is 1\n', "d/d.py": b'\xef\xbb\xbfx is "s"\r\n', "d/e.py": b'x is "s"\ry is 1\r'})
    for flags in ("-B", "-bb -s -S -q -v", "-IB", "-E -Wi", "-P -u", "-X utf8", "-X importtime=1", "-R", "--check-hash-based-pycs always"):
        yield Case(f"environment: flags {flags}", ["-q", "d"], TREE, flags=flags.split(), ignore=("stderr",) if "-v" in flags or "importtime" in flags else ())
    yield Case("environment: glued -m", ["d"], FINE, flags=["-BO"])


def py_compile():
    """py_compile's own command line."""
    tree = {**TREE, "note.txt": GOOD, "noext": GOOD, ".hid": GOOD, "w.py": 'x is "s"\n', "list": "x"}
    for args in ("d/a.py", "d/a.py d/bad.py d/sub/b.py", "-q d/bad.py d/a.py", "--quiet d/bad.py", "--qui d/bad.py", "note.txt noext .hid", "nope.py d/a.py", "-q nope.py", "d", "", "-q", "-x d/a.py",
                 "- d/a.py", "-- -x", "-qq d/a.py", "w.py", "d/a.py -q d/sub/b.py", "-h", "--nope", "./d//a.py {root}/d/a.py", "-qz", "d/a.py --"):
        yield Case(f"py_compile: {args}", args.split(), tree, module="py_compile")
    yield Case("py_compile: from standard input", ["-"], tree, module="py_compile", stdin=b"d/a.py\nd/sub/b.py\r\n./d/sub/deep/c.py")
    yield Case("py_compile: blank line", ["-"], tree, module="py_compile", stdin=b"d/a.py\n\nd/sub/b.py\n")
    yield Case("py_compile: blanks stay", ["-"], tree, module="py_compile", stdin=b" d/a.py\n")
    yield Case("py_compile: nothing on standard input", ["-"], tree, module="py_compile")
    yield Case("py_compile: a failure on standard input", ["-q", "-"], tree, module="py_compile", stdin=b"d/bad.py\nd/a.py\n")
    yield Case("py_compile: undecodable name", ["-"], {b"\xff.py": GOOD, b"\xfe.py": BAD}, module="py_compile", stdin=b"\xff.py\n\xfe.py\n")
    yield Case("py_compile: never up to date", ["d/a.py"], {"d/a.py": File(GOOD, 0o640)}, module="py_compile", before=[["d/a.py"], touch("d/a.py", 5 * 10**9)])
    yield Case("py_compile: a link is refused", ["a.py"], {"a.py": GOOD, f"__pycache__/a.{TAG}.pyc": Link("x")}, module="py_compile")
    yield Case("py_compile: levels", ["d/sub/deep/c.py"], tree, module="py_compile", flags=["-OO"])
    yield Case("py_compile: SOURCE_DATE_EPOCH", ["d/a.py"], tree, module="py_compile", env={"SOURCE_DATE_EPOCH": "1"})
    yield Case("py_compile: prefix", ["d/a.py"], tree, module="py_compile", env={"PYTHONPYCACHEPREFIX": "p"})
    yield Case("py_compile: unreadable", ["a.py"], {"a.py": File(GOOD, 0)}, module="py_compile", user=True)
    yield Case("py_compile: unwritable", ["d/a.py"], {"d/a.py": GOOD, "d": Folder(0o555)}, module="py_compile", user=True)
    yield Case("py_compile: other errors", ["-"], {"i.py": "  x\n"}, module="py_compile", stdin=b"i.py\n")
    yield Case("py_compile: warnings as errors", ["w.py"], tree, module="py_compile", flags=["-Werror"])
    yield Case("py_compile: stdout closed", ["d/a.py", "d/bad.py"], tree, module="py_compile", stdout="closed")


def recursion():
    """The recursion limit hangs on the frames above compile()."""
    for name, where, args, flags in (("file", "t.py", ["t.py"], []), ("folder", "d/t.py", ["d"], []), ("deep folder", "d/e/f/t.py", ["d"], []), ("list", "t.py", ["-i", "l"], []), ("renamed", "d/t.py", ["-d", "x", "d"], [])):
        base = 2968 if where == "t.py" else 2965
        for terms in (base, base + 1):
            yield Case(f"recursion: {name}, {terms} sums", ["-q", *args], {where: "a" + "+a" * terms + "\n", "l": "t.py\n"}, flags=flags)
    for terms in (2971, 2972, 2987, 2988, 9993, 9994):
        yield Case(f"recursion: py_compile, {terms} sums", ["t.py"], {"t.py": "a" + "+a" * terms + "\n"}, module="py_compile")


def all_cases(version):
    """The cases beside this release; they hold until those of another are asked for."""
    global TAG
    TAG = "cpython-" + "".join(version.split(".")[:2])
    for section in (arguments, more_arguments, terminals, output, streams, walking, freshness, writing, levels, renaming, filters, lists, variables, typos, registered, inverted, environment, py_compile, recursion):
        for case in section():
            case.args = [argument for argument in case.args if argument != "\0"]
            yield case
