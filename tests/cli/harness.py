"""Runs a command line with the real `python -m compileall` and with mkpyc in two copies of a tree and compares all that
can be seen: standard output, standard error, exit status, and every file with its mode, bytes, links and targets."""
import concurrent.futures, dataclasses, fcntl, os, pty, re, shutil, stat, struct, subprocess, sys, tempfile, termios
import traceback

NOBODY = 65534
STAMP = 1_600_000_000  # the age of every source, unless it says otherwise


@dataclasses.dataclass
class File:
    text: bytes | str = b""
    mode: int = 0o644
    mtime_ns: int = STAMP * 1_000_000_000


@dataclasses.dataclass
class Folder:
    mode: int = 0o755


@dataclasses.dataclass
class Link:
    target: str


@dataclasses.dataclass
class HardLink:
    other: str


@dataclasses.dataclass
class Fifo:
    pass


@dataclasses.dataclass
class Case:
    name: str
    args: list                 # behind the module's name; {root} is the tree's own folder
    tree: dict = None          # path (str or bytes) -> text or one of the above
    flags: list = ()           # the interpreter's, before -m
    module: str = "compileall"
    env: dict = dataclasses.field(default_factory=dict)
    stdin: bytes = b""
    before: list = ()          # command lines (arguments of the same kind) or functions of the root, to be run first
    user: bool = False         # as a user without rights
    dies: bool = False         # CPython shows a traceback: mkpyc has to leave with the same status and one clear line
    may_die: bool = False      # the same, but then what was said and written before may differ
    ignore: tuple = ()         # "stdout", "stderr", "files": what may differ, for a reason that the case names
    stdout: str = "pipe"       # or "closed", "full"
    terminal: tuple = ()       # "out", "err": which of the two streams are pseudo-terminals
    columns: int = 80          # of these
    cwd: str = "."
    umask: int = 0o022


def anyone_may_run(python):
    """Can a user without rights run it?"""
    path = os.path.realpath(python)
    while path != "/":
        if not os.stat(path).st_mode & 1:
            return False
        path = os.path.dirname(path)
    return True


def build(root, tree):
    for name, item in tree.items():
        path = os.path.join(os.fsencode(root), os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if isinstance(item, (bytes, str)):
            item = File(item)
        if isinstance(item, File):
            with open(path, "wb") as f:
                f.write(item.text.encode() if isinstance(item.text, str) else item.text)
            os.chmod(path, item.mode)
            os.utime(path, ns=(item.mtime_ns, item.mtime_ns))
        elif isinstance(item, Folder):
            os.makedirs(path, exist_ok=True)
        elif isinstance(item, Link):
            os.symlink(item.target, path)
        elif isinstance(item, HardLink):
            os.link(os.path.join(os.fsencode(root), os.fsencode(item.other)), path)
        elif isinstance(item, Fifo):
            os.mkfifo(path)


def restrict(root, tree, user):
    """Owners and folders' modes last: they may forbid to build more."""
    if user:
        for folder, folders, names in os.walk(os.fsencode(root)):
            for name in [b"."] + names + folders:
                os.chown(os.path.join(folder, name), NOBODY, NOBODY, follow_symlinks=False)
    for name, item in tree.items():
        if isinstance(item, Folder):
            os.chmod(os.path.join(os.fsencode(root), os.fsencode(name)), item.mode)


def entries(root):
    """Everything below a folder, however deep, relative to it."""
    waiting = [(os.open(root, os.O_RDONLY), b"")]
    while waiting:
        here, prefix = waiting.pop()
        for name in sorted(os.listdir(here)):
            name = os.fsencode(name)
            info = os.lstat(name, dir_fd=here)
            yield here, name, prefix + name, info
            if stat.S_ISDIR(info.st_mode):
                waiting.append((os.open(name, os.O_RDONLY, dir_fd=here), prefix + name + b"/"))
        os.close(here)


def snapshot(root):
    """Every path with its kind, mode and content; hard links as groups of paths."""
    seen, inodes = {}, {}
    for here, name, path, info in entries(root):
        mode = oct(stat.S_IMODE(info.st_mode))
        if stat.S_ISLNK(info.st_mode):
            seen[path] = ("link", os.readlink(name, dir_fd=here))
        elif stat.S_ISREG(info.st_mode):
            with open(os.open(name, os.O_RDONLY, dir_fd=here), "rb") as f:
                seen[path] = ("file", mode, f.read())
            inodes.setdefault(info.st_ino, []).append(path)
        else:
            seen[path] = ("other", oct(stat.S_IFMT(info.st_mode)), mode)
    links = sorted(sorted(group) for group in inodes.values() if len(group) > 1)
    return seen, links


def plain(text):
    """The temporary file's number is CPython's memory address."""
    return re.sub(rb"(\.pyc?)\.\d{14,15}\b", rb"\1.NUMBER", text)


def read_all(descriptor):
    """Up to the end of a pipe, or of a terminal, which is an error."""
    parts = []
    try:
        while part := os.read(descriptor, 65536):
            parts.append(part)
    except OSError:
        pass
    os.close(descriptor)
    return b"".join(parts)


def run_on_terminal(command, case, options):
    """With standard output or standard error on a pseudo-terminal each. Standard input is empty."""
    ours, theirs = [], []
    for name in ("out", "err"):
        if name in case.terminal:
            master, slave = pty.openpty()
            fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, case.columns, 0, 0))
        else:
            master, slave = os.pipe()
        ours.append(master)
        theirs.append(slave)
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=theirs[0], stderr=theirs[1], **options)
    for descriptor in theirs:
        os.close(descriptor)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        out, err = pool.map(read_all, ours)
    return plain(out), plain(err), process.wait(120)


class Untestable(Exception):
    """The interpreter at hand cannot do what a case asks of it; the text says why."""


def workers_start(python):
    """Can it compile with worker processes? An interpreter that only runs by a launcher cannot start itself again."""
    with tempfile.TemporaryDirectory() as root:
        build(root, {"a.py": b""})
        return subprocess.run([python, "-m", "compileall", "-qj2", root], capture_output=True).returncode == 0


class Harness:
    def __init__(self, python, mkpyc, target):
        self.python, self.target = python, target
        self.scratch = tempfile.mkdtemp(prefix="mkpyc-cli-")
        os.chmod(self.scratch, 0o755)
        self.mkpyc = os.path.join(self.scratch, "mkpyc")  # where a user without rights can run it
        shutil.copy(mkpyc, self.mkpyc)
        self.root_user = os.geteuid() == 0
        self.user_may_run = not self.root_user or anyone_may_run(python)
        self.workers_start = workers_start(python)

    def close(self):
        shutil.rmtree(self.scratch, ignore_errors=True)

    def command(self, tool, case, args, root):
        args = [os.fsencode(a).replace(b"{root}", os.fsencode(root)) for a in args]
        flags = [a.replace("{root}", root) for a in case.flags]
        if tool == "python":
            return [self.python, "-B", *flags, "-m", case.module, *args]
        if flags or case.module != "compileall":
            return [self.mkpyc, "--target", self.target, *flags, "-m", case.module, *args]
        return [self.mkpyc, "--target", self.target, *args]

    def run(self, tool, case, args, root):
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "HOME": "/nonexistent"}
        environment |= {k: v.replace("{root}", root) for k, v in case.env.items()}
        environment = {k: v for k, v in environment.items() if v != "{unset}"}

        def prepare():
            os.umask(case.umask)
            if case.stdout == "closed":
                os.close(1)
            if case.user and self.root_user:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)

        options = {"cwd": os.path.join(root, case.cwd), "env": environment, "preexec_fn": prepare}
        command = self.command(tool, case, args, root)
        if case.terminal:
            return run_on_terminal(command, case, options)
        out = open("/dev/full", "wb") if case.stdout == "full" else subprocess.PIPE
        done = subprocess.run(command, input=case.stdin, stdout=out, stderr=subprocess.PIPE, timeout=120, **options)
        return plain(done.stdout or b""), plain(done.stderr), done.returncode

    def result(self, tool, case, root):
        os.mkdir(root)
        try:
            build(root, case.tree)
            for step in case.before:
                if callable(step):
                    step(root)
                else:
                    self.run(tool, dataclasses.replace(case, user=False), step, root)
            restrict(root, case.tree, case.user)
            outcome = self.run(tool, case, case.args, root)
            return outcome, snapshot(root)
        finally:
            subprocess.run(["chmod", "-R", "u+rwX", root], stderr=subprocess.DEVNULL)
            subprocess.run(["rm", "-rf", root])

    def check(self, case):
        """A list of differences. Raises Untestable."""
        if case.user and not self.user_may_run:
            raise Untestable("only root may run it")
        # one after the other in the same place, so that absolute paths are the same
        folder = tempfile.mkdtemp(dir=self.scratch)
        os.chmod(folder, 0o755)
        expected, files = self.result("python", case, os.path.join(folder, "t"))
        if not self.workers_start and b"/multiprocessing/" in expected[1]:
            os.rmdir(folder)
            raise Untestable("its worker processes do not start here")
        actual, our_files = self.result("mkpyc", case, os.path.join(folder, "t"))
        os.rmdir(folder)
        complaints = []
        if case.may_die and b"Traceback (most recent call last)" in expected[1]:
            clear = b"mkpyc: " in actual[1] and b"Traceback" not in actual[1] and expected[2] == actual[2]
            return [] if clear else [f"not a clear end: {actual!r}"]
        for name, one, two in zip(("stdout", "stderr", "status"), expected, actual):
            if case.dies and name == "stderr" and b"Traceback (most recent call last)" in one:  # newer ones may not die
                if two.count(b"\n") != 1 or not two.startswith(b"mkpyc: "):
                    complaints.append(f"not one clear line: {two!r}")
            elif one != two and name not in case.ignore:
                complaints.append(f"{name}:\n#   expected {one!r}\n#   here     {two!r}")
        return complaints + ([] if "files" in case.ignore else compare_files(files, our_files))


def compare_files(one, two):
    complaints = []
    for path in sorted(one[0].keys() | two[0].keys()):
        expected, actual = one[0].get(path), two[0].get(path)
        if expected != actual:
            complaints.append(f"{os.fsdecode(path)!r}: expected {expected!r:.300}\n#   here {actual!r:.300}")
    if one[1] != two[1]:
        complaints.append(f"hard links: expected {one[1]!r}, here {two[1]!r}")
    return complaints


def report(number, name, complaints):
    print(f"{'not ok' if complaints else 'ok'} {number} - {name}")
    for complaint in complaints:
        print("# " + complaint)
    sys.stdout.flush()


def check_all(tests, cases, jobs):
    """Each case in its turn, with a list of differences and, where it could not be tried, why."""
    def check(case):
        try:
            return case, tests.check(case), None
        except Untestable as why:
            return case, [], str(why)
        except Exception:
            return case, ["the test itself failed:\n# " + traceback.format_exc().replace("\n", "\n# ")], None

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(check, cases)
