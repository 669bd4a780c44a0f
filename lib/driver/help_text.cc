#include "driver/help_text.h"

#include "driver/version.h"

namespace mkpyc::driver {

constexpr std::string_view kHelp = R"(usage: mkpyc [options] [FILE|DIR ...]
       mkpyc [interpreter flags] -m compileall [options] [FILE|DIR ...]
       mkpyc [interpreter flags] -m py_compile [-q] FILE ...

Compiles Python source files to the .pyc files that CPython itself would write, byte for byte, without running
Python. Arguments, output, and exit status are those of `python -m compileall` (or py_compile).

which files
  FILE|DIR              files, and directories with everything below them; directories named __pycache__ are left out
  -l                    not the subdirectories
  -r N                  at most N levels of subdirectories; wins over -l
  -x REGEXP             leave out the files in whose path Python's re.search finds this pattern
  -i FILE               also the names in FILE, one a line; "-" is standard input
  -e DIR                leave out source files that are symbolic links to outside DIR
  -f                    also the files whose .pyc is up to date

what is written
  -o LEVEL              optimisation level: 0, 1 (no assert) or 2 (no docstrings either); may be repeated
  -b                    x.pyc beside x.py instead of __pycache__/x.cpython-XY.pyc
  --invalidation-mode M timestamp (default), checked-hash (default if SOURCE_DATE_EPOCH is set) or unchecked-hash
  --hardlink-dupes      one file under several names where levels do not differ
  -s DIR                the path in the .pyc: without these leading parts
  -p DIR                the path in the .pyc: with this in front
  -d DIR                the path in the .pyc: DIR in the place of the directory given

how
  -j N, --workers N     threads; 0 or absent: the processors this process may use. Output keeps its order.
  -q                    print errors only; -qq nothing
  -h                    the help of compileall

for which Python (full names only, no abbreviations)
  --target V[,V...]     a version: 3.11 (its newest known release) or 3.11.2; several write several sets of files
  --python EXE          the version of this interpreter or virtual environment
                        neither: that of the active virtual environment (VIRTUAL_ENV), else of the lib/python3.X that
                        the paths lie under, else of python3 on PATH

more than compileall
  --progress            a progress bar, if standard error is a terminal
  --stats               a summary on standard error
  --json                results on standard output as JSON, one object a line
  --version             the version of mkpyc

interpreter flags: -B -E -I -P -s -S -u -b -q -v -O -OO -W ARG -X OPTION, with the meaning they have for `python`.
The environment counts as it does for CPython: PYTHONOPTIMIZE, PYTHONPYCACHEPREFIX, PYTHONNODEBUGRANGES,
PYTHONWARNINGS, PYTHONINTMAXSTRDIGITS, PYTHONIOENCODING, SOURCE_DATE_EPOCH; NO_COLOR, FORCE_COLOR, PYTHON_COLORS.

exit status: 0, 1 if a file could not be compiled, 2 for a wrong command line
)";

const std::string_view kHelpText = kHelp;
const std::string_view kVersionText = "mkpyc " MKPYC_VERSION "\n";

}  // namespace mkpyc::driver
