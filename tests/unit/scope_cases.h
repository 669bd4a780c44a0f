// Written by make_scope_cases.
#pragma once

namespace mkpyc::scope {

struct Case {
  const char* target;
  const char* source;
  const char* expected;
};

// clang-format off
inline constexpr Case kCases[] = {
    {"3.11.7", "pass\n",
     "module top 0 - () +\n"},
    {"3.11.7", "x = 1; y = x; del x; z\n",
     "module top 0 - () x:4114 y:4098 z:12304 +\n"},
    {"3.11.7", "def f(a, b=c, /, d=e, *args: g, h=i, **kw: j) -> k: return a, l\n",
     "module top 0 - () f:4098 c:12304 e:12304 i:12304 g:12304 j:12304 k:12304 +\n"
     " function f 1 - (a b d h args kw) a:4116 b:4100 d:4100 h:4100 args:4100 kw:4100 l:12304 +\n"},
    {"3.11.7", "def f():\n    global x\n    x = 1\n    def g():\n        return x\n",
     "module top 0 - () f:4098 x:8193 +\n"
     " function f 1 - () x:8195 g:4098 +\n"
     "  function g 4 nested () x:12304 +\n"},
    {"3.11.7", "x = 1\ndef f():\n    x = 2\n    def g():\n        nonlocal x\n        x += 1\n        def h(): return x\n",
     "module top 0 - () x:4098 f:4098 +\n"
     " function f 2 - () x:20482 g:4098 +\n"
     "  function g 4 nested () x:16394 h:4098 +\n"
     "   function h 7 nested () x:16400 +\n"},
    {"3.11.7", "def f():\n    x = 1\n    def g():\n        global x\n        def h(): return x\n",
     "module top 0 - () f:4098 x:8193 +\n"
     " function f 1 - () x:4098 g:4098 +\n"
     "  function g 3 nested () x:8193 h:4098 +\n"
     "   function h 5 nested () x:12304 +\n"},
    {"3.11.7", "def f():\n    x = 1\n    class C:\n        x = x\n        y = x\n        def m(self): return x, y\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () x:20482 C:4098 +\n"
     "  class C 3 nested () x:4178 y:4098 m:4098 +\n"
     "   function m 6 nested (self) self:4100 x:16400 y:12304 +\n"},
    {"3.11.7", "def f():\n    x = 1\n    class C:\n        nonlocal x\n        x = 2\n        def m(self): return x\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () x:20482 C:4098 +\n"
     "  class C 3 nested () x:16458 m:4098 +\n"
     "   function m 6 nested (self) self:4100 x:16400 +\n"},
    {"3.11.7", "def f():\n    x = 1\n    class C:\n        global x\n        def m(self): return x\n",
     "module top 0 - () f:4098 x:8193 +\n"
     " function f 1 - () x:20482 C:4098 +\n"
     "  class C 3 nested () x:8257 m:4098 +\n"
     "   function m 5 nested (self) self:4100 x:16400 +\n"},
    {"3.11.7", "class C:\n    def m(self): return super().m(), __class__\n    n = lambda self: super\n    class D:\n        def k(self): __class__\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () m:4098 n:4098 D:4098 +\n"
     "  function m 2 - (self) self:4100 super:12304 __class__:16400 +\n"
     "  function lambda 3 - (self) self:4100 super:12304 __class__:16400 +\n"
     "  class D 4 - () k:4098 +\n"
     "   function k 5 - (self) self:4100 __class__:16400 +\n"},
    {"3.11.7", "class C:\n    __class__\n    super\n    def m(__class__): super\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () __class__:12304 super:12304 m:4098 +\n"
     "  function m 4 - (__class__) __class__:4116 super:12304 +\n"},
    {"3.11.7", "class C:\n    class D: __class__\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () D:4098 +\n"
     "  class D 2 - () __class__:16400 +\n"},
    {"3.11.7", "super; lambda: super\n",
     "module top 0 - () super:12304 +\n"
     " function lambda 1 - () super:12304 __class__:12304 +\n"},
    {"3.11.7", "class _C:\n    __a = __b__ = ___ = __ = _d = 1\n    import __e.f, g.__h, i as __j\n    from k import __l\n    def __m(__self, *__n, o=__p): self.__q = __r\n    global __s\n    try: pass\n    except E as __t: pass\n    lambda __u: __v\n    class __W(__X): __y\n    @__z\n    def f(): pass\nclass __: __a = 1\nclass __\303\234n\303\257: __\303\251 = 1\n",
     "module top 0 - () _C:4098 _C__s:8193 __:4098 __\303\234n\303\257:4098 +\n"
     " class _C 1 - () _C__a:4098 __b__:4098 ___:4098 __:4098 _d:4098 _C__e:4224 g:4224 _C__j:4224 _C__l:4224 _C__m:4098 _C__p:12304 _C__s:8193 E:12304 _C__t:4098 _C__W:4098 _C__X:12304 f:4098 _C__z:12304 +\n"
     "  function __m 5 - (_C__self o _C__n) _C__self:4100 o:4100 _C__n:4100 self:12304 _C__r:12304 +\n"
     "  function lambda 9 - (_C__u) _C__u:4100 _C__v:12304 +\n"
     "  class __W 10 - () _W__y:12304 +\n"
     "  function f 12 - () +\n"
     " class __ 13 - () __a:4098 +\n"
     " class __\303\234n\303\257 14 - () _\303\234n\303\257__\303\251:4098 +\n"},
    {"3.11.7", "[a for b in c if d]\n{a for b in c for d in b if b for e in d}\n{a: b for c in d}\n(a for b in c)\n",
     "module top 0 - () c:12304 d:12304 +\n"
     " function listcomp 1 - (.0) .0:4100 b:4610 d:12304 a:12304 +\n"
     " function setcomp 2 - (.0) .0:4100 b:4626 d:4626 e:4610 a:12304 +\n"
     " function dictcomp 3 - (.0) .0:4100 c:4610 b:12304 a:12304 +\n"
     " function genexpr 4 - (.0) .0:4100 b:4610 a:12304 +\n"},
    {"3.11.7", "def f(x):\n    return [y for y in x if z(lambda: y)]\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - (x) x:4116 +\n"
     "  function listcomp 2 nested (.0) .0:4100 y:21010 z:12304 +\n"
     "   function lambda 2 nested () y:16400 +\n"},
    {"3.11.7", "class C:\n    a = 1\n    b = [a for c in a]\n    d = lambda: a\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () a:4114 b:4098 d:4098 +\n"
     "  function listcomp 3 - (.0) .0:4100 c:4610 a:12304 +\n"
     "  function lambda 4 - () a:12304 +\n"},
    {"3.11.7", "lambda a, *b, c=d, **e: (a, f)\n",
     "module top 0 - () d:12304 +\n"
     " function lambda 1 - (a c b e) a:4116 c:4100 b:4100 e:4100 f:12304 +\n"},
    {"3.11.7", "async def f():\n    await a\n    [b async for b in c]\n    [d for d in [e async for e in f]]\n    (g async for g in h)\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () a:12304 c:12304 f:12304 h:12304 +\n"
     "  function listcomp 3 nested (.0) .0:4100 b:4626 +\n"
     "  function listcomp 4 nested (.0) .0:4100 e:4626 +\n"
     "  function listcomp 4 nested (.0) .0:4100 d:4626 +\n"
     "  function genexpr 5 nested (.0) .0:4100 g:4626 +\n"},
    {"3.11.7", "def f():\n    yield a\n    b = yield\n    c = yield from d\n    return 1\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () a:12304 b:4098 c:4098 d:12304 +\n"},
    {"3.11.7", "from a import *\nimport b.c.d, e as f\nfrom . import g\n",
     "module top 0 - () b:4224 f:4224 g:4224 +\n"},
    {"3.11.7", "def f():\n    if (a := 1): pass\n    [b := c for c in d]\n    [[e := h for h in i] for g in j]\n    lambda: (k := l)\n    [lambda: (m := n) for o in p]\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () a:4098 d:12304 b:20482 j:12304 e:20482 p:12304 +\n"
     "  function listcomp 3 nested (.0) .0:4100 c:4626 b:16394 +\n"
     "  function listcomp 4 nested (.0) .0:4100 g:4610 i:12304 + e\n"
     "   function listcomp 4 nested (.0) .0:4100 h:4626 e:16394 +\n"
     "  function lambda 5 nested () l:12304 k:4098 +\n"
     "  function listcomp 6 nested (.0) .0:4100 o:4610 +\n"
     "   function lambda 6 nested () n:12304 m:4098 +\n"},
    {"3.11.7", "[a := b for b in c]\ndef f(): a\n",
     "module top 0 - () c:12304 a:8193 f:4098 +\n"
     " function listcomp 1 - (.0) .0:4100 b:4626 a:8195 +\n"
     " function f 2 - () a:12304 +\n"},
    {"3.11.7", "def f():\n    global a\n    [a := b for b in c]\n",
     "module top 0 - () f:4098 a:8193 +\n"
     " function f 1 - () a:8195 c:12304 +\n"
     "  function listcomp 3 nested (.0) .0:4100 b:4626 a:8195 +\n"},
    {"3.11.7", "def f():\n    nonlocal a\n    [a := b for b in c]\n",
     "SyntaxError 2 5 2 15: no binding for nonlocal 'a' found"},
    {"3.11.7", "class C:\n    __x: int\n    (y): int\n    z: int = 1\n    w.v: int = 2\n    w[u]: t\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () _C__x:4354 int:12304 z:4354 w:12304 u:12304 t:12304 +\n"},
    {"3.11.7", "from __future__ import annotations\na: b = c\ndef f(d: e, *g: (lambda h: i)) -> j: pass\ndef k():\n    l: [m for m in n]\n",
     "module top 0 - () annotations:4224 a:4354 c:12304 f:4098 k:4098 +\n"
     " function f 3 - (d g) d:4100 g:4100 +\n"
     " function k 4 - () l:4354 +\n"},
    {"3.11.7", "match a:\n    case b: pass\n    case [c, *d, *_] if e: pass\n    case {f.g: h, **i}: pass\n    case J(k, l=m) | n.o as p: pass\n    case None | 1 | -1 | 1+1j | \"s\": pass\n",
     "module top 0 - () a:12304 b:4098 c:4098 d:4098 e:12304 f:12304 h:4098 i:4098 J:12304 k:4098 m:4098 n:12304 p:4098 +\n"},
    {"3.11.7", "for a, (b, *c), d[e], f.g in h: i\nelse: j\nwhile k: l\nelse: m\n",
     "module top 0 - () a:4098 b:4098 c:4098 d:12304 e:12304 f:12304 h:12304 i:12304 j:12304 k:12304 l:12304 m:12304 +\n"},
    {"3.11.7", "try: a\nexcept b: c\nexcept d as e: f\nelse: g\nfinally: h\ntry: i\nexcept* j as k: l\n",
     "module top 0 - () a:12304 g:12304 b:12304 c:12304 d:12304 e:4098 f:12304 h:12304 i:12304 j:12304 k:4098 l:12304 +\n"},
    {"3.11.7", "with a as b, c as (d, e): f\nasync def g():\n    async with h as i: j\n    async for k in l: m\n",
     "module top 0 - () a:12304 b:4098 c:12304 d:4098 e:4098 f:12304 g:4098 +\n"
     " function g 2 - () h:12304 i:4098 j:12304 k:4098 l:12304 m:12304 +\n"},
    {"3.11.7", "raise a from b\nassert c, d\ne += f\ng.h += i\nj[k] += l\ndel m, (n, o)\n",
     "module top 0 - () a:12304 b:12304 c:12304 d:12304 e:4098 f:12304 g:12304 i:12304 j:12304 k:12304 l:12304 m:4098 n:4098 o:4098 +\n"},
    {"3.11.7", "@a(b)\n@c\nclass D(e, f=g, **h): i\n",
     "module top 0 - () D:4098 e:12304 g:12304 h:12304 a:12304 b:12304 c:12304 +\n"
     " class D 3 - () i:12304 +\n"},
    {"3.11.7", "f\"{a} {b!r:>{c}}\" f\"{d}\"\na[b:c:d, e]\nf(*a, **b, c=d)\na if b else c\nnot a; a < b < c; a and b or c; -a; {a: b, **c}; {a, *b}\n",
     "module top 0 - () a:12304 b:12304 c:12304 d:12304 e:12304 f:12304 +\n"},
    {"3.11.7", "def f():\n    def g():\n        def h():\n            return x\n        return h\n    x = 1\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () g:4098 x:20482 +\n"
     "  function g 2 nested () h:4114 + x\n"
     "   function h 3 nested () x:16400 +\n"},
    {"3.11.7", "def f():\n    class C:\n        def g(self): return x\n    x = 1\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () C:4098 x:20482 +\n"
     "  class C 2 nested () g:4098 + x\n"
     "   function g 3 nested (self) self:4100 x:16400 +\n"},
    {"3.11.7", "def outer():\n    def inner():\n        return free, outer\n    free = 1\n    def other(): return free\n    return lambda: free\n",
     "module top 0 - () outer:4098 +\n"
     " function outer 1 - () inner:4098 free:20482 other:4098 +\n"
     "  function inner 2 nested () free:16400 outer:12304 +\n"
     "  function other 5 nested () free:16400 +\n"
     "  function lambda 6 nested () free:16400 +\n"},
    {"3.11.7", "x = 1\ndef f():\n    x\n    def g(): x\n",
     "module top 0 - () x:4098 f:4098 +\n"
     " function f 2 - () x:12304 g:4098 +\n"
     "  function g 4 nested () x:12304 +\n"},
    {"3.11.7", "def f(x):\n    def g(y):\n        def h(z): return x + y + z\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - (x) x:20484 g:4098 +\n"
     "  function g 2 nested (y) y:20484 h:4098 + x\n"
     "   function h 3 nested (z) z:4116 x:16400 y:16400 +\n"},
    {"3.11.7", "def f(a, a): pass\n",
     "SyntaxError 1 10 1 11: duplicate argument 'a' in function definition"},
    {"3.11.7", "def f(a, *, a): pass\n",
     "SyntaxError 1 13 1 14: duplicate argument 'a' in function definition"},
    {"3.11.7", "lambda a, *a: 0\n",
     "SyntaxError 1 12 1 13: duplicate argument 'a' in function definition"},
    {"3.11.7", "def f(a, b,\n      **a): pass\n",
     "SyntaxError 2 9 2 10: duplicate argument 'a' in function definition"},
    {"3.11.7", "class C:\n    def f(__a, _C__a): pass\n",
     "SyntaxError 2 16 2 21: duplicate argument '_C__a' in function definition"},
    {"3.11.7", "def f(x):\n    global x\n",
     "SyntaxError 2 5 2 13: name 'x' is parameter and global"},
    {"3.11.7", "def f():\n    x = 1\n    global x\n",
     "SyntaxError 3 5 3 13: name 'x' is assigned to before global declaration"},
    {"3.11.7", "def f():\n    x\n    global y, x\n",
     "SyntaxError 3 5 3 16: name 'x' is used prior to global declaration"},
    {"3.11.7", "def f():\n    x: int\n    global x\n",
     "SyntaxError 3 5 3 13: annotated name 'x' can't be global"},
    {"3.11.7", "def f():\n    import x\n    global x\n",
     "module top 0 - () f:4098 x:8193 +\n"
     " function f 1 - () x:8321 +\n"},
    {"3.11.7", "def f():\n    global x\n    x: int\n",
     "SyntaxError 3 5 3 11: annotated name 'x' can't be global"},
    {"3.11.7", "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x: int = 2\n",
     "SyntaxError 5 9 5 19: annotated name 'x' can't be nonlocal"},
    {"3.11.7", "global x\nx: int\n",
     "module top 0 - () x:8451 int:12304 +\n"},
    {"3.11.7", "x\nglobal x\n",
     "SyntaxError 2 1 2 9: name 'x' is used prior to global declaration"},
    {"3.11.7", "x = 1\n  \nglobal x, y\n",
     "SyntaxError 3 1 3 12: name 'x' is assigned to before global declaration"},
    {"3.11.7", "def f(x):\n    nonlocal x\n",
     "SyntaxError 2 5 2 15: name 'x' is parameter and nonlocal"},
    {"3.11.7", "def f():\n    x = 1\n    nonlocal x\n",
     "SyntaxError 3 5 3 15: name 'x' is assigned to before nonlocal declaration"},
    {"3.11.7", "def f():\n    print(x)\n    nonlocal x\n",
     "SyntaxError 3 5 3 15: name 'x' is used prior to nonlocal declaration"},
    {"3.11.7", "def f():\n    x: int\n    nonlocal x\n",
     "SyntaxError 3 5 3 15: annotated name 'x' can't be nonlocal"},
    {"3.11.7", "nonlocal x\n",
     "SyntaxError 1 1 1 11: nonlocal declaration not allowed at module level"},
    {"3.11.7", "class C:\n    nonlocal x\n",
     "SyntaxError 2 5 2 15: no binding for nonlocal 'x' found"},
    {"3.11.7", "def f():\n    nonlocal y, x\n",
     "SyntaxError 2 5 2 18: no binding for nonlocal 'y' found"},
    {"3.11.7", "def f():\n    x = 1\n    def g():\n        global x\n        nonlocal x\n",
     "SyntaxError 4 9 4 17: name 'x' is nonlocal and global"},
    {"3.11.7", "def f():\n    nonlocal __class__\n",
     "SyntaxError 2 5 2 23: no binding for nonlocal '__class__' found"},
    {"3.11.7", "class C:\n    def f():\n        nonlocal __class__, __x\n",
     "SyntaxError 3 9 3 32: no binding for nonlocal '_C__x' found"},
    {"3.11.7", "def f(): from a import *\n",
     "SyntaxError 1 24 1 25: import * only allowed at module level"},
    {"3.11.7", "class C:\n    from a import *\n",
     "SyntaxError 2 19 2 20: import * only allowed at module level"},
    {"3.11.7", "[a := 1 for a in b]\n",
     "SyntaxError 1 2 1 3: assignment expression cannot rebind comprehension iteration variable 'a'"},
    {"3.11.7", "[[a := 1 for b in c] for a in d]\n",
     "SyntaxError 1 3 1 4: assignment expression cannot rebind comprehension iteration variable 'a'"},
    {"3.11.7", "[a for a in (b := c)]\n",
     "SyntaxError 1 14 1 20: assignment expression cannot be used in a comprehension iterable expression"},
    {"3.11.7", "[a for a in [b := c for d in e]]\n",
     "SyntaxError 1 14 1 20: assignment expression cannot be used in a comprehension iterable expression"},
    {"3.11.7", "[a for b in c for d in (e := f)]\n",
     "SyntaxError 1 25 1 31: assignment expression cannot be used in a comprehension iterable expression"},
    {"3.11.7", "[a for b in (lambda: (c := d))]\n",
     "SyntaxError 1 23 1 29: assignment expression cannot be used in a comprehension iterable expression"},
    {"3.11.7", "class C: [a := b for b in c]\n",
     "SyntaxError 1 11 1 12: assignment expression within a comprehension cannot be used in a class body"},
    {"3.11.7", "class C:\n    def f(): [a := b for b in c]\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () f:4098 +\n"
     "  function f 2 - () c:12304 a:20482 +\n"
     "   function listcomp 2 nested (.0) .0:4100 b:4626 a:16394 +\n"},
    {"3.11.7", "class C: (lambda: [a := b for b in c])\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () +\n"
     "  function lambda 1 - () c:12304 a:20482 +\n"
     "   function listcomp 1 nested (.0) .0:4100 b:4626 a:16394 +\n"},
    {"3.11.7", "[a for b in c if (d := e) for d in f]\n",
     "SyntaxError 1 31 1 32: comprehension inner loop cannot rebind assignment expression target 'd'"},
    {"3.11.7", "class C:\n    def f(): [__a := 1 for __a in b]\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () f:4098 +\n"
     "  function f 2 - () b:12304 _C__a:20482 +\n"
     "   function listcomp 2 nested (.0) .0:4100 _C__a:16906 +\n"},
    {"3.11.7", "[(yield) for a in b]\n",
     "SyntaxError 1 3 1 8: 'yield' inside list comprehension"},
    {"3.11.7", "{(yield from a) for a in b}\n",
     "SyntaxError 1 3 1 15: 'yield' inside set comprehension"},
    {"3.11.7", "{a: (yield) for a in b}\n",
     "SyntaxError 1 6 1 11: 'yield' inside dict comprehension"},
    {"3.11.7", "def f(): ((yield 1) for a in b)\n",
     "SyntaxError 1 12 1 19: 'yield' inside generator expression"},
    {"3.11.7", "def f(): [a for a in (yield)]\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () +\n"
     "  function listcomp 1 nested (.0) .0:4100 a:4626 +\n"},
    {"3.11.7", "[lambda: (yield) for a in b]\n",
     "module top 0 - () b:12304 +\n"
     " function listcomp 1 - (.0) .0:4100 a:4610 +\n"
     "  function lambda 1 nested () +\n"},
    {"3.11.7", "from __future__ import annotations\ndef f(a: (b := c)): pass\n",
     "SyntaxError 2 11 2 17: 'named expression' can not be used within an annotation"},
    {"3.11.7", "from __future__ import annotations\ndef f() -> (yield): pass\n",
     "SyntaxError 2 13 2 18: 'yield expression' can not be used within an annotation"},
    {"3.11.7", "from __future__ import annotations\nasync def f():\n    a: await b\n",
     "SyntaxError 3 8 3 15: 'await expression' can not be used within an annotation"},
    {"3.11.7", "from __future__ import annotations\na: [(yield from b) for c in d]\n",
     "SyntaxError 2 6 2 18: 'yield' inside list comprehension"},
    {"3.11.7", "from __future__ import annotations\na: [b := c for c in d]\ndef f():\n    a: [b := c for c in d]\n",
     "module top 0 - () annotations:4224 a:4354 b:8193 f:4098 +\n"
     " function f 3 - () a:4354 b:4098 +\n"},
    {"3.11.7", "from __future__ import annotations\na: lambda: (yield (b := 1))\n",
     "module top 0 - () annotations:4224 a:4354 +\n"},
    {"3.11.7", "\303\251 = \"\303\244\"; x = \"\346\227\245\346\234\254\"; global \303\251\n",
     "SyntaxError 1 26 1 35: name '\303\251' is assigned to before global declaration"},
    {"3.11.7", "def f(\303\244, \303\266): \"\303\251\"; global \303\244\n",
     "SyntaxError 1 22 1 31: name '\303\244' is parameter and global"},
    {"3.11.7", "\"doc\"\nfrom __future__ import division; from __future__ import annotations, generator_stop\na: b\n",
     "module top 0 - () division:4224 annotations:4224 generator_stop:4224 a:4354 +\n"},
    {"3.11.7", "from __future__ import braces\n",
     "SyntaxError 1 1 1 -1: not a chance"},
    {"3.11.7", "x = \"\303\251\"; from __future__ import annotations\n",
     "SyntaxError 1 10 1 -1: from __future__ imports must occur at the beginning of the file"},
    {"3.11.7", "import a; from __future__ import annotations\n",
     "SyntaxError 1 10 1 -1: from __future__ imports must occur at the beginning of the file"},
    {"3.11.7", "\"\"\"doc\"\"\"; from __future__ import nested_scopes, nope\n",
     "SyntaxError 1 12 1 -1: future feature nope is not defined"},
    {"3.11.7", "from __future__ import *\n",
     "SyntaxError 1 1 1 -1: future feature * is not defined"},
    {"3.11.7", "from .__future__ import nope\n",
     "SyntaxError 1 1 1 -1: future feature nope is not defined"},
    {"3.11.7", "from __future__ import xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\303\251\303\251\303\251\n",
     "SyntaxError 1 1 1 -1: future feature xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\357\277\275 is not defined"},
    {"3.11.7", "if 1: pass\nfrom __future__ import nope\n",
     "module top 0 - () nope:4224 +\n"},
    {"3.11.7", "import a\nfrom __future__ import nope\n",
     "module top 0 - () a:4224 nope:4224 +\n"},
    {"3.12.1", "def f[T: int, *Ts, **P](a: T, *b: *Ts, c: P = T, d=1) -> T:\n    return lambda: (T, Ts)\n",
     "module top 0 - () f:4098 T:12304 +\n"
     " type-parameters f 1 - (.defaults .kwdefaults) .defaults:4100 .kwdefaults:4100 T:21506 Ts:21506 P:5122 +\n"
     "  type-variable T 1 nested () int:12304 +\n"
     "  function f 1 nested (a c d b) a:4100 c:4100 d:4100 b:4100 + T Ts\n"
     "   function lambda 2 nested () T:16400 Ts:16400 +\n"},
    {"3.12.1", "class C[T: (int, str)](B[T], metaclass=M):\n    x: T\n    def m[U: T](self, a: U = T) -> T: return U, T\n",
     "module top 0 - () C:4098 +\n"
     " type-parameters C 1 - () .type_params:20482 .generic_base:4098 T:21506 B:12304 M:12304 +\n"
     "  type-variable T 1 nested () int:12304 str:12304 +\n"
     "  class C 1 nested () __type_params__:4098 .type_params:16400 x:4354 T:16464 m:4098 +\n"
     "   type-parameters m 3 nested (.defaults) __classdict__:16464 .defaults:4100 U:21506 T:16464 +\n"
     "    type-variable U 3 nested () __classdict__:16400 T:16400 +\n"
     "    function m 3 nested (self a) self:4100 a:4100 U:16400 T:16400 +\n"},
    {"3.12.1", "type A = B\ntype C[T: A] = B[T, A]\n",
     "module top 0 - () A:4098 C:4098 +\n"
     " type-alias A 1 - () B:12304 +\n"
     " type-parameters C 2 - () T:21506 +\n"
     "  type-variable T 2 nested () A:12304 +\n"
     "  type-alias C 2 nested () B:12304 T:16400 A:12304 +\n"},
    {"3.12.1", "class C:\n    T = 1\n    x = 2\n    type A = x\n    type B[U: T] = C[U, T, x, y]\n    def f[V: x](self, a: V, b: x = x) -> y: return V\n    class D[W: T](x[W]): x = W\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () T:4098 x:4098 A:4098 B:4098 f:4098 D:4098 +\n"
     "  type-alias A 4 - () __classdict__:16400 x:12304 +\n"
     "  type-parameters B 5 - () __classdict__:16464 U:21506 +\n"
     "   type-variable U 5 nested () __classdict__:16400 T:12304 +\n"
     "   type-alias B 5 nested () __classdict__:16400 C:12304 U:16400 T:12304 x:12304 y:12304 +\n"
     "  type-parameters f 6 - (.defaults) __classdict__:16464 .defaults:4100 V:21506 x:12304 y:12304 +\n"
     "   type-variable V 6 nested () __classdict__:16400 x:12304 +\n"
     "   function f 6 nested (self a b) self:4100 a:4100 b:4100 V:16400 +\n"
     "  type-parameters D 7 - () __classdict__:16464 .type_params:20482 .generic_base:4098 W:21506 x:12304 +\n"
     "   type-variable W 7 nested () __classdict__:16400 T:12304 +\n"
     "   class D 7 nested () __type_params__:4098 .type_params:16400 x:4098 W:16400 +\n"},
    {"3.12.1", "def f(x):\n    x, T = 1, 2\n    def g[T: x](a: T = x): return T, x\n    class C[T](x):\n        y = T, x\n        def m(self): return T, x, __class__, super()\n    type A[T] = (x, T)\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - (x) x:20486 T:4098 g:4098 C:4098 A:4098 +\n"
     "  type-parameters g 3 nested (.defaults) .defaults:4100 T:21506 + x\n"
     "   type-variable T 3 nested () x:16400 +\n"
     "   function g 3 nested (a) a:4100 T:16400 x:16400 +\n"
     "  type-parameters C 4 nested () .type_params:20482 .generic_base:4098 T:21506 x:16400 +\n"
     "   class C 4 nested () __type_params__:4098 .type_params:16400 y:4098 T:16464 x:16464 m:4098 +\n"
     "    function m 6 nested (self) self:4100 T:16400 x:16400 __class__:16400 super:12304 +\n"
     "  type-parameters A 7 nested () T:21506 + x\n"
     "   type-alias A 7 nested () x:16400 T:16400 +\n"},
    {"3.12.1", "class C[__T: __U, __U](__B[__T], k=__c):\n    __y = __T\n    def m[__V: __T](self, a: __V): return __V, __z\n    class D[__W](__T): lambda: __W\ndef f(__x): return __x\n",
     "module top 0 - () C:4098 f:4098 +\n"
     " type-parameters C 1 - () .type_params:20482 .generic_base:4098 _C__T:21506 _C__U:21506 _C__B:12304 _C__c:12304 +\n"
     "  type-variable __T 1 nested () _C__U:16400 +\n"
     "  class C 1 nested () __type_params__:4098 .type_params:16400 _C__y:4098 _C__T:16464 m:4098 D:4098 +\n"
     "   type-parameters m 3 nested (.defaults) __classdict__:16464 .defaults:4100 _C__V:21506 + _C__T\n"
     "    type-variable __V 3 nested () __classdict__:16400 _C__T:16400 +\n"
     "    function m 3 nested (self a) self:4100 a:4100 _C__V:16400 _C__z:12304 +\n"
     "   type-parameters D 4 nested () __classdict__:16400 .type_params:20482 .generic_base:4098 _D__W:21506 _D__T:12304 +\n"
     "    class D 4 nested () __type_params__:4098 .type_params:16400 + _D__W\n"
     "     function lambda 4 nested () _D__W:16400 +\n"
     " function f 5 - (_C__x) _C__x:4100 +\n"},
    {"3.12.1", "def f(T):\n    class C[T]:\n        T = 1\n        def g(self):\n            nonlocal T\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - (T) T:4100 C:4098 +\n"
     "  type-parameters C 2 nested () .type_params:20482 .generic_base:4098 T:21506 +\n"
     "   class C 2 nested () __type_params__:4098 .type_params:16400 T:4162 g:4098 +\n"
     "    function g 4 nested (self) self:4100 T:16392 +\n"},
    {"3.12.1", "def f[T]():\n    nonlocal T\n",
     "SyntaxError 2 5 2 15: nonlocal binding not allowed for type parameter 'T'"},
    {"3.12.1", "def f[T, T](): pass\n",
     "SyntaxError 1 10 1 11: duplicate type parameter 'T'"},
    {"3.12.1", "def f[__classdict__](): pass\n",
     "module top 0 - () f:4098 +\n"
     " type-parameters f 1 - (.defaults) .defaults:4100 __classdict__:5122 +\n"
     "  function f 1 nested () +\n"},
    {"3.12.1", "def f[T: (yield)](): pass\n",
     "SyntaxError 1 11 1 16: yield expression cannot be used within a TypeVar bound"},
    {"3.12.1", "def f[T: (int, (yield))](): pass\n",
     "SyntaxError 1 17 1 22: yield expression cannot be used within a TypeVar bound"},
    {"3.12.1", "type A = (yield)\n",
     "SyntaxError 1 11 1 16: yield expression cannot be used within a type alias"},
    {"3.12.1", "type A[T: (x := 1)] = 1\n",
     "SyntaxError 1 12 1 18: named expression cannot be used within a TypeVar bound"},
    {"3.12.1", "class C[T]((yield from x)): pass\n",
     "SyntaxError 1 13 1 25: yield expression cannot be used within the definition of a generic"},
    {"3.12.1", "class C[T]([(x := 1) for y in z]): pass\n",
     "SyntaxError 1 14 1 15: assignment expression within a comprehension cannot be used within the definition of a generic"},
    {"3.12.1", "type A = [(x := 1) for y in z]\n",
     "SyntaxError 1 12 1 13: assignment expression within a comprehension cannot be used in a type alias"},
    {"3.12.1", "def f[T: [(x := 1) for y in z]](): pass\n",
     "SyntaxError 1 12 1 13: assignment expression within a comprehension cannot be used in a TypeVar bound"},
    {"3.12.1", "class C:\n    type A = lambda: x\n",
     "SyntaxError 2 14 2 23: Cannot use lambda in annotation scope within class scope"},
    {"3.12.1", "class C:\n    def f[T: {x for y in z}](): pass\n",
     "SyntaxError 2 14 2 28: Cannot use comprehension in annotation scope within class scope"},
    {"3.12.1", "def f(a, b):\n    x = 1\n    y = [x for z in a if (w := z)]\n    return [[lambda: c for d in c] for c in a], {x: y for x, y in b}, {a for a in a}\nz = [x for x in y]\nclass C:\n    z = [(x, y) for x in y]\n    w = [[(lambda: v) for x in y] for v in x]\n",
     "module top 0 - () f:4098 z:4098 y:12304 C:4098 x:4610 +\n"
     " function f 1 - (a b) a:4100 b:4100 x:4098 y:4098 w:4098 z:4610 c:23042 d:4610 +\n"
     "  function lambda 4 nested () c:16400 +\n"
     " class C 6 - () z:4098 y:12304 w:4098 x:12304 v:23042 +\n"
     "  function lambda 8 nested () v:16400 +\n"},
    {"3.12.1", "def f(x):\n    def g():\n        return [x for y in z], [(lambda: (x, y)) for y in z]\n    return [lambda: w for w in x], w\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - (x) x:20484 g:4098 w:14352 +\n"
     "  function g 2 nested () z:12304 y:23042 x:16400 +\n"
     "   function lambda 3 nested () x:16400 y:16400 +\n"
     "  function lambda 4 nested () w:16400 +\n"},
    {"3.12.1", "class C:\n    def m(self): return __class__\n    x = [__class__ for y in z]\n    w = [lambda: __class__ for y in z]\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () m:4098 x:4098 z:12304 w:4098 y:4610 __class__:16400 +\n"
     "  function m 2 - (self) self:4100 __class__:16400 +\n"
     "  function lambda 4 nested () __class__:16400 +\n"},
    {"3.12.1", "class C:\n    x = [lambda: __class__ for y in z]\n    __class__\n    w = [__class__ for y in z]\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () x:4098 z:12304 __class__:12304 w:4098 y:4610 +\n"
     "  function lambda 2 nested () __class__:16400 +\n"},
    {"3.12.1", "class C:\n    def m(self, a):\n        global __x\n        return [(__x := b) for b in a], [(__y := 1) for b in a]\n",
     "SyntaxError 4 18 4 21: no binding for nonlocal '_C__x' found"},
    {"3.12.1", "class C:\n    def m(self, a): return [(__x := 1) for __x in a]\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () m:4098 +\n"
     "  function m 2 - (self a) self:4100 a:4100 _C__x:4098 +\n"},
    {"3.12.1", "[(i := 1) for a[i] in b]\n",
     "module top 0 - () b:12304 i:8193 a:12816 +\n"},
    {"3.12.1", "def f():\n    try: pass\n    except x: global a\n    else: a = 1\n",
     "SyntaxError 3 15 3 23: name 'a' is assigned to before global declaration"},
    {"3.12.1", "a: b = c\nclass C:\n    x: y\n    if z: w: x = x\n    def m(self, a: b, *c: d, e: f = g) -> x: pass\n    (p): q\n",
     "module top 0 - () a:4354 b:12304 c:12304 C:4098 +\n"
     " class C 2 - () x:4354 y:12304 z:12304 w:4354 m:4098 g:12304 b:12304 d:12304 f:12304 q:12304 +\n"
     "  function m 5 - (self a e c) self:4100 a:4100 e:4100 c:4100 +\n"},
    {"3.12.1", "class C:\n    x: y\n    z: [y for w in x]\n    v: (lambda: x)\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () x:4354 y:12304 z:4354 v:4354 w:4610 +\n"
     "  function lambda 4 - () x:12304 +\n"},
    {"3.12.1", "def f(a: b, c: (lambda: d)):\n    e: [a for b in c] = 1\n    g: (lambda: a)\n    h: a\n    return e\n",
     "module top 0 - () f:4098 b:12304 +\n"
     " function lambda 1 - () d:12304 +\n"
     " function f 1 - (a c) a:20484 c:4100 e:4354 g:4354 h:4354 b:4610 +\n"
     "  function lambda 3 nested () a:16400 +\n"},
    {"3.12.1", "from __future__ import annotations\na: [b for c in d]\nclass C:\n    x: y\n    def m(self, a: (lambda: b)) -> c: z: a\n",
     "module top 0 - () annotations:4224 a:4354 C:4098 +\n"
     " class C 3 - () x:4354 m:4098 +\n"
     "  function m 5 - (self a) self:4100 a:4100 z:4354 +\n"},
    {"3.12.1", "a: (yield)\n",
     "module top 0 - () a:4354 +\n"},
    {"3.12.1", "def f(a: (b := 1)): pass\n",
     "module top 0 - () f:4098 b:4098 +\n"
     " function f 1 - (a) a:4100 +\n"},
    {"3.12.1", "def f():\n    a: (await b)\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () a:4354 b:12304 +\n"},
    {"3.12.1", "from __future__ import annotations\na: (await b)\n",
     "SyntaxError 2 5 2 12: await expression cannot be used within an annotation"},
    {"3.12.1", "x: [(y := 1) for z in w]\n",
     "module top 0 - () x:4354 w:12304 y:8193 z:4610 +\n"},
    {"3.12.1", "def f(x: __debug__): x.__debug__ = 1\n",
     "module top 0 - () f:4098 __debug__:12304 +\n"
     " function f 1 - (x) x:4100 +\n"},
    {"3.12.1", "def f(*, __debug__): pass\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - (__debug__) __debug__:4100 +\n"},
    {"3.12.1", "def f():\n    x: __debug__ = 1\n    del __debug__\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () x:4354 __debug__:4098 +\n"},
    {"3.12.1", "f(__debug__=1)\n",
     "module top 0 - () f:12304 +\n"},
    {"3.12.1", "match x:\n    case C(__debug__=y): pass\n",
     "module top 0 - () x:12304 C:12304 y:4098 +\n"},
    {"3.12.1", "await x\n",
     "module top 0 - () x:12304 +\n"},
    {"3.12.1", "def f(): await x\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () x:12304 +\n"},
    {"3.12.1", "def f(): return [x async for y in z]\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () z:12304 y:4610 x:12304 +\n"},
    {"3.12.1", "def f(): return (x async for y in z)\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () z:12304 +\n"
     "  function genexpr 1 nested (.0) .0:4100 y:4610 x:12304 +\n"},
    {"3.12.1", "async def f(): return [[x async for y in z] for w in v]\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () v:12304 w:4610 z:12304 y:4610 x:12304 +\n"},
    {"3.12.1", "async with x: pass\n",
     "module top 0 - () x:12304 +\n"},
    {"3.12.1", "def f():\n    async for x in y: pass\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () x:4098 y:12304 +\n"},
    {"3.12.1", "from __future__ import annotations\nx = 1; from __future__ import annotations\n",
     "module top 0 - () annotations:4224 x:4098 +\n"},
    {"3.12.1", "def f(): from __future__ import annotations\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () annotations:4224 +\n"},
    {"3.12.1", "from .__future__ import nope\n",
     "SyntaxError 1 1 1 -1: future feature nope is not defined"},
    {"3.12.1", "def f(a, a): pass\n",
     "SyntaxError 1 10 1 11: duplicate argument 'a' in function definition"},
    {"3.13.5", "def f[T: int, *Ts, **P](a: T, *b: *Ts, c: P = T, d=1) -> T:\n    return lambda: (T, Ts)\n",
     "module top 0 - () f:4098 T:12304 +\n"
     " type-parameters f 1 - (.defaults .kwdefaults) .defaults:4100 .kwdefaults:4100 T:21506 Ts:21506 P:5122 +\n"
     "  type-variable T 1 nested () int:12304 +\n"
     "  function f 1 nested (a c d b) a:4100 c:4100 d:4100 b:4100 + T Ts\n"
     "   function lambda 2 nested () T:16400 Ts:16400 +\n"},
    {"3.13.5", "class C[T: (int, str)](B[T], metaclass=M):\n    x: T\n    def m[U: T](self, a: U = T) -> T: return U, T\n",
     "module top 0 - () C:4098 +\n"
     " type-parameters C 1 - () .type_params:20482 .generic_base:4098 T:21506 B:12304 M:12304 +\n"
     "  type-variable T 1 nested () int:12304 str:12304 +\n"
     "  class C 1 nested () __type_params__:4098 .type_params:16400 x:4354 T:16464 m:4098 +\n"
     "   type-parameters m 3 nested (.defaults) __classdict__:16464 .defaults:4100 U:21506 T:16464 +\n"
     "    type-variable U 3 nested () __classdict__:16400 T:16400 +\n"
     "    function m 3 nested (self a) self:4100 a:4100 U:16400 T:16400 +\n"},
    {"3.13.5", "type A = B\ntype C[T: A] = B[T, A]\n",
     "module top 0 - () A:4098 C:4098 +\n"
     " type-alias A 1 - () B:12304 +\n"
     " type-parameters C 2 - () T:21506 +\n"
     "  type-variable T 2 nested () A:12304 +\n"
     "  type-alias C 2 nested () B:12304 T:16400 A:12304 +\n"},
    {"3.13.5", "class C:\n    T = 1\n    x = 2\n    type A = x\n    type B[U: T] = C[U, T, x, y]\n    def f[V: x](self, a: V, b: x = x) -> y: return V\n    class D[W: T](x[W]): x = W\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () T:4098 x:4098 A:4098 B:4098 f:4098 D:4098 +\n"
     "  type-alias A 4 - () __classdict__:16400 x:12304 +\n"
     "  type-parameters B 5 - () __classdict__:16464 U:21506 +\n"
     "   type-variable U 5 nested () __classdict__:16400 T:12304 +\n"
     "   type-alias B 5 nested () __classdict__:16400 C:12304 U:16400 T:12304 x:12304 y:12304 +\n"
     "  type-parameters f 6 - (.defaults) __classdict__:16464 .defaults:4100 V:21506 x:12304 y:12304 +\n"
     "   type-variable V 6 nested () __classdict__:16400 x:12304 +\n"
     "   function f 6 nested (self a b) self:4100 a:4100 b:4100 V:16400 +\n"
     "  type-parameters D 7 - () __classdict__:16464 .type_params:20482 .generic_base:4098 W:21506 x:12304 +\n"
     "   type-variable W 7 nested () __classdict__:16400 T:12304 +\n"
     "   class D 7 nested () __type_params__:4098 .type_params:16400 x:4098 W:16400 +\n"},
    {"3.13.5", "def f(x):\n    x, T = 1, 2\n    def g[T: x](a: T = x): return T, x\n    class C[T](x):\n        y = T, x\n        def m(self): return T, x, __class__, super()\n    type A[T] = (x, T)\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - (x) x:20486 T:4098 g:4098 C:4098 A:4098 +\n"
     "  type-parameters g 3 nested (.defaults) .defaults:4100 T:21506 + x\n"
     "   type-variable T 3 nested () x:16400 +\n"
     "   function g 3 nested (a) a:4100 T:16400 x:16400 +\n"
     "  type-parameters C 4 nested () .type_params:20482 .generic_base:4098 T:21506 x:16400 +\n"
     "   class C 4 nested () __type_params__:4098 .type_params:16400 y:4098 T:16464 x:16464 m:4098 +\n"
     "    function m 6 nested (self) self:4100 T:16400 x:16400 __class__:16400 super:12304 +\n"
     "  type-parameters A 7 nested () T:21506 + x\n"
     "   type-alias A 7 nested () x:16400 T:16400 +\n"},
    {"3.13.5", "class C[__T: __U, __U](__B[__T], k=__c):\n    __y = __T\n    def m[__V: __T](self, a: __V): return __V, __z\n    class D[__W](__T): lambda: __W\ndef f(__x): return __x\n",
     "module top 0 - () C:4098 f:4098 +\n"
     " type-parameters C 1 - () .type_params:20482 .generic_base:4098 _C__T:21506 _C__U:5122 __B:12304 __c:12304 +\n"
     "  type-variable __T 1 nested () __U:12304 +\n"
     "  class C 1 nested () __type_params__:4098 .type_params:16400 _C__y:4098 _C__T:16464 m:4098 D:4098 +\n"
     "   type-parameters m 3 nested (.defaults) __classdict__:16464 .defaults:4100 _C__V:21506 + _C__T\n"
     "    type-variable __V 3 nested () __classdict__:16400 _C__T:16400 +\n"
     "    function m 3 nested (self a) self:4100 a:4100 _C__V:16400 _C__z:12304 +\n"
     "   type-parameters D 4 nested () __classdict__:16400 .type_params:20482 .generic_base:4098 _D__W:21506 __T:12304 +\n"
     "    class D 4 nested () __type_params__:4098 .type_params:16400 + _D__W\n"
     "     function lambda 4 nested () _D__W:16400 +\n"
     " function f 5 - (__x) __x:4100 +\n"},
    {"3.13.5", "def f(T):\n    class C[T]:\n        T = 1\n        def g(self):\n            nonlocal T\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - (T) T:4100 C:4098 +\n"
     "  type-parameters C 2 nested () .type_params:20482 .generic_base:4098 T:21506 +\n"
     "   class C 2 nested () __type_params__:4098 .type_params:16400 T:4162 g:4098 +\n"
     "    function g 4 nested (self) self:4100 T:16392 +\n"},
    {"3.13.5", "def f[T]():\n    nonlocal T\n",
     "SyntaxError 2 5 2 15: nonlocal binding not allowed for type parameter 'T'"},
    {"3.13.5", "def f[T, T](): pass\n",
     "SyntaxError 1 10 1 11: duplicate type parameter 'T'"},
    {"3.13.5", "def f[__classdict__](): pass\n",
     "SyntaxError 1 7 1 20: reserved name '__classdict__' cannot be used for type parameter"},
    {"3.13.5", "def f[T: (yield)](): pass\n",
     "SyntaxError 1 11 1 16: yield expression cannot be used within a TypeVar bound"},
    {"3.13.5", "def f[T: (int, (yield))](): pass\n",
     "SyntaxError 1 17 1 22: yield expression cannot be used within a TypeVar constraint"},
    {"3.13.5", "def f[T = (yield)](): pass\n",
     "SyntaxError 1 12 1 17: yield expression cannot be used within a TypeVar default"},
    {"3.13.5", "def f[*T = (yield)](): pass\n",
     "SyntaxError 1 13 1 18: yield expression cannot be used within a TypeVarTuple default"},
    {"3.13.5", "def f[**T = (await x)](): pass\n",
     "SyntaxError 1 14 1 21: await expression cannot be used within a ParamSpec default"},
    {"3.13.5", "type A = (yield)\n",
     "SyntaxError 1 11 1 16: yield expression cannot be used within a type alias"},
    {"3.13.5", "type A[T: (x := 1)] = 1\n",
     "SyntaxError 1 12 1 18: named expression cannot be used within a TypeVar bound"},
    {"3.13.5", "class C[T]((yield from x)): pass\n",
     "SyntaxError 1 13 1 25: yield expression cannot be used within the definition of a generic"},
    {"3.13.5", "class C[T]([(x := 1) for y in z]): pass\n",
     "SyntaxError 1 14 1 15: assignment expression within a comprehension cannot be used within the definition of a generic"},
    {"3.13.5", "type A = [(x := 1) for y in z]\n",
     "SyntaxError 1 12 1 13: assignment expression within a comprehension cannot be used in a type alias"},
    {"3.13.5", "def f[T: [(x := 1) for y in z]](): pass\n",
     "SyntaxError 1 12 1 13: assignment expression within a comprehension cannot be used in a TypeVar bound"},
    {"3.13.5", "class C:\n    type A = lambda: x\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () A:4098 +\n"
     "  type-alias A 2 - () __classdict__:16400 +\n"
     "   function lambda 2 nested () x:12304 +\n"},
    {"3.13.5", "class C:\n    def f[T: {x for y in z}](): pass\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () f:4098 +\n"
     "  type-parameters f 2 - (.defaults) __classdict__:16464 .defaults:4100 T:5122 +\n"
     "   type-variable T 2 nested () __classdict__:16400 z:12304 +\n"
     "    function setcomp 2 nested (.0) .0:4100 y:4610 x:12304 +\n"
     "   function f 2 nested () +\n"},
    {"3.13.5", "class C:\n    def f[T = lambda: [x for y in z]](): pass\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () f:4098 +\n"
     "  type-parameters f 2 - (.defaults) __classdict__:16464 .defaults:4100 T:5122 +\n"
     "   type-variable T 2 nested () __classdict__:16400 +\n"
     "    function lambda 2 nested () z:12304 y:4610 x:12304 +\n"
     "   function f 2 nested () +\n"},
    {"3.13.5", "def f[T: int = str, *Ts = *tuple[int], **P = [T]](): pass\nclass C[T = lambda: T]: pass\ntype A[T = [x for x in T]] = T\n",
     "module top 0 - () f:4098 C:4098 A:4098 +\n"
     " type-parameters f 1 - (.defaults) .defaults:4100 T:21506 Ts:5122 P:5122 +\n"
     "  type-variable T 1 nested () int:12304 +\n"
     "  type-variable T 1 nested () str:12304 +\n"
     "  type-variable Ts 1 nested () tuple:12304 int:12304 +\n"
     "  type-variable P 1 nested () T:16400 +\n"
     "  function f 1 nested () +\n"
     " type-parameters C 2 - () .type_params:20482 .generic_base:4098 T:21506 +\n"
     "  type-variable T 2 nested () + T\n"
     "   function lambda 2 nested () T:16400 +\n"
     "  class C 2 nested () __type_params__:4098 .type_params:16400 +\n"
     " type-parameters A 3 - () T:21506 +\n"
     "  type-variable T 3 nested () T:16400 x:4610 +\n"
     "  type-alias A 3 nested () T:16400 +\n"},
    {"3.13.5", "def f(a, b):\n    x = 1\n    y = [x for z in a if (w := z)]\n    return [[lambda: c for d in c] for c in a], {x: y for x, y in b}, {a for a in a}\nz = [x for x in y]\nclass C:\n    z = [(x, y) for x in y]\n    w = [[(lambda: v) for x in y] for v in x]\n",
     "module top 0 - () f:4098 z:4098 y:12304 C:4098 x:4610 +\n"
     " function f 1 - (a b) a:4100 b:4100 x:4098 y:4098 w:4098 z:4610 c:23042 d:4610 +\n"
     "  function lambda 4 nested () c:16400 +\n"
     " class C 6 - () z:4098 y:12304 w:4098 x:12304 v:23042 +\n"
     "  function lambda 8 nested () v:16400 +\n"},
    {"3.13.5", "def f(x):\n    def g():\n        return [x for y in z], [(lambda: (x, y)) for y in z]\n    return [lambda: w for w in x], w\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - (x) x:20484 g:4098 w:14352 +\n"
     "  function g 2 nested () z:12304 y:23042 x:16400 +\n"
     "   function lambda 3 nested () x:16400 y:16400 +\n"
     "  function lambda 4 nested () w:16400 +\n"},
    {"3.13.5", "class C:\n    def m(self): return __class__\n    x = [__class__ for y in z]\n    w = [lambda: __class__ for y in z]\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () m:4098 x:4098 z:12304 w:4098 y:4610 __class__:12304 +\n"
     "  function m 2 - (self) self:4100 __class__:16400 +\n"
     "  function lambda 4 nested () __class__:16400 +\n"},
    {"3.13.5", "class C:\n    x = [lambda: __class__ for y in z]\n    __class__\n    w = [__class__ for y in z]\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () x:4098 z:12304 __class__:12304 w:4098 y:4610 +\n"
     "  function lambda 2 nested () __class__:16400 +\n"},
    {"3.13.5", "class C:\n    def m(self, a):\n        global __x\n        return [(__x := b) for b in a], [(__y := 1) for b in a]\n",
     "module top 0 - () C:4098 _C__x:8193 +\n"
     " class C 1 - () m:4098 +\n"
     "  function m 2 - (self a) self:4100 a:4100 _C__x:8195 _C__y:4098 b:4610 +\n"},
    {"3.13.5", "class C:\n    def m(self, a): return [(__x := 1) for __x in a]\n",
     "SyntaxError 2 30 2 33: assignment expression cannot rebind comprehension iteration variable '__x'"},
    {"3.13.5", "[(i := 1) for a[i] in b]\n",
     "module top 0 - () b:12304 i:8193 a:12816 +\n"},
    {"3.13.5", "def f():\n    try: pass\n    except x: global a\n    else: a = 1\n",
     "module top 0 - () f:4098 a:8193 +\n"
     " function f 1 - () x:12304 a:8195 +\n"},
    {"3.13.5", "a: b = c\nclass C:\n    x: y\n    if z: w: x = x\n    def m(self, a: b, *c: d, e: f = g) -> x: pass\n    (p): q\n",
     "module top 0 - () a:4354 b:12304 c:12304 C:4098 +\n"
     " class C 2 - () x:4354 y:12304 z:12304 w:4354 m:4098 g:12304 b:12304 d:12304 f:12304 q:12304 +\n"
     "  function m 5 - (self a e c) self:4100 a:4100 e:4100 c:4100 +\n"},
    {"3.13.5", "class C:\n    x: y\n    z: [y for w in x]\n    v: (lambda: x)\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () x:4354 y:12304 z:4354 v:4354 w:4610 +\n"
     "  function lambda 4 - () x:12304 +\n"},
    {"3.13.5", "def f(a: b, c: (lambda: d)):\n    e: [a for b in c] = 1\n    g: (lambda: a)\n    h: a\n    return e\n",
     "module top 0 - () f:4098 b:12304 +\n"
     " function lambda 1 - () d:12304 +\n"
     " function f 1 - (a c) a:20484 c:4100 e:4354 g:4354 h:4354 b:4610 +\n"
     "  function lambda 3 nested () a:16400 +\n"},
    {"3.13.5", "from __future__ import annotations\na: [b for c in d]\nclass C:\n    x: y\n    def m(self, a: (lambda: b)) -> c: z: a\n",
     "module top 0 - () annotations:4224 a:4354 C:4098 +\n"
     " class C 3 - () x:4354 m:4098 +\n"
     "  function m 5 - (self a) self:4100 a:4100 z:4354 +\n"},
    {"3.13.5", "a: (yield)\n",
     "module top 0 - () a:4354 +\n"},
    {"3.13.5", "def f(a: (b := 1)): pass\n",
     "module top 0 - () f:4098 b:4098 +\n"
     " function f 1 - (a) a:4100 +\n"},
    {"3.13.5", "def f():\n    a: (await b)\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () a:4354 b:12304 +\n"},
    {"3.13.5", "from __future__ import annotations\na: (await b)\n",
     "SyntaxError 2 5 2 12: await expression cannot be used within an annotation"},
    {"3.13.5", "x: [(y := 1) for z in w]\n",
     "module top 0 - () x:4354 w:12304 y:8193 z:4610 +\n"},
    {"3.13.5", "def f(x: __debug__): x.__debug__ = 1\n",
     "module top 0 - () f:4098 __debug__:12304 +\n"
     " function f 1 - (x) x:4100 +\n"},
    {"3.13.5", "def f(*, __debug__): pass\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - (__debug__) __debug__:4100 +\n"},
    {"3.13.5", "def f():\n    x: __debug__ = 1\n    del __debug__\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () x:4354 __debug__:4098 +\n"},
    {"3.13.5", "f(__debug__=1)\n",
     "module top 0 - () f:12304 +\n"},
    {"3.13.5", "match x:\n    case C(__debug__=y): pass\n",
     "module top 0 - () x:12304 C:12304 y:4098 +\n"},
    {"3.13.5", "await x\n",
     "module top 0 - () x:12304 +\n"},
    {"3.13.5", "def f(): await x\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () x:12304 +\n"},
    {"3.13.5", "def f(): return [x async for y in z]\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () z:12304 y:4610 x:12304 +\n"},
    {"3.13.5", "def f(): return (x async for y in z)\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () z:12304 +\n"
     "  function genexpr 1 nested (.0) .0:4100 y:4610 x:12304 +\n"},
    {"3.13.5", "async def f(): return [[x async for y in z] for w in v]\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () v:12304 w:4610 z:12304 y:4610 x:12304 +\n"},
    {"3.13.5", "async with x: pass\n",
     "module top 0 - () x:12304 +\n"},
    {"3.13.5", "def f():\n    async for x in y: pass\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () x:4098 y:12304 +\n"},
    {"3.13.5", "from __future__ import annotations\nx = 1; from __future__ import annotations\n",
     "module top 0 - () annotations:4224 x:4098 +\n"},
    {"3.13.5", "def f(): from __future__ import annotations\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () annotations:4224 +\n"},
    {"3.13.5", "from .__future__ import nope\n",
     "module top 0 - () nope:4224 +\n"},
    {"3.13.5", "def f(a, a): pass\n",
     "SyntaxError 1 10 1 11: duplicate argument 'a' in function definition"},
    {"3.14.10", "def f[T: int, *Ts, **P](a: T, *b: *Ts, c: P = T, d=1) -> T:\n    return lambda: (T, Ts)\n",
     "module top 0 - () f:4098 T:12304 +\n"
     " type-parameters f 1 - (.defaults .kwdefaults) .defaults:4100 .kwdefaults:4100 T:21506 Ts:21506 P:21506 +\n"
     "  type-variable T 1 nested (.format) .format:4100 int:12304 +\n"
     "  annotation __annotate__ 1 nested (.format) .format:4100 T:16400 Ts:16400 P:16400 +\n"
     "  function f 1 nested (a c d b) a:4100 c:4100 d:4100 b:4100 + T Ts\n"
     "   function lambda 2 nested () T:16400 Ts:16400 +\n"},
    {"3.14.10", "class C[T: (int, str)](B[T], metaclass=M):\n    x: T\n    def m[U: T](self, a: U = T) -> T: return U, T\n",
     "module top 0 - () C:4098 +\n"
     " type-parameters C 1 - () .type_params:20482 .generic_base:4098 T:21506 B:12304 M:12304 +\n"
     "  type-variable T 1 nested (.format) .format:4100 int:12304 str:12304 +\n"
     "  class C 1 nested () __type_params__:4098 .type_params:16400 x:4354 m:4098 T:16464 +\n"
     "   annotation __annotate__ 2 nested (.format) .format:4100 __classdict__:16400 T:16400 +\n"
     "   type-parameters m 3 nested (.defaults) __classdict__:16464 .defaults:4100 U:21506 + T\n"
     "    type-variable U 3 nested (.format) .format:4100 __classdict__:16400 T:16400 +\n"
     "    annotation __annotate__ 3 nested (.format) .format:4100 __classdict__:16400 U:16400 T:16400 +\n"
     "    function m 3 nested (self a) self:4100 a:4100 U:16400 T:16400 +\n"},
    {"3.14.10", "type A = B\ntype C[T: A] = B[T, A]\n",
     "module top 0 - () A:4098 C:4098 +\n"
     " type-alias A 1 - (.format) .format:4100 B:12304 +\n"
     " type-parameters C 2 - () T:21506 +\n"
     "  type-variable T 2 nested (.format) .format:4100 A:12304 +\n"
     "  type-alias C 2 nested (.format) .format:4100 B:12304 T:16400 A:12304 +\n"},
    {"3.14.10", "class C:\n    T = 1\n    x = 2\n    type A = x\n    type B[U: T] = C[U, T, x, y]\n    def f[V: x](self, a: V, b: x = x) -> y: return V\n    class D[W: T](x[W]): x = W\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () T:4098 x:4098 A:4098 B:4098 f:4098 D:4098 +\n"
     "  type-alias A 4 - (.format) .format:4100 __classdict__:16400 x:12304 +\n"
     "  type-parameters B 5 - () __classdict__:16464 U:21506 +\n"
     "   type-variable U 5 nested (.format) .format:4100 __classdict__:16400 T:12304 +\n"
     "   type-alias B 5 nested (.format) .format:4100 __classdict__:16400 C:12304 U:16400 T:12304 x:12304 y:12304 +\n"
     "  type-parameters f 6 - (.defaults) __classdict__:16464 .defaults:4100 V:21506 +\n"
     "   type-variable V 6 nested (.format) .format:4100 __classdict__:16400 x:12304 +\n"
     "   annotation __annotate__ 6 nested (.format) .format:4100 __classdict__:16400 V:16400 x:12304 y:12304 +\n"
     "   function f 6 nested (self a b) self:4100 a:4100 b:4100 V:16400 +\n"
     "  type-parameters D 7 - () __classdict__:16464 .type_params:20482 .generic_base:4098 W:21506 x:12304 +\n"
     "   type-variable W 7 nested (.format) .format:4100 __classdict__:16400 T:12304 +\n"
     "   class D 7 nested () __type_params__:4098 .type_params:16400 x:4098 W:16400 +\n"},
    {"3.14.10", "def f(x):\n    x, T = 1, 2\n    def g[T: x](a: T = x): return T, x\n    class C[T](x):\n        y = T, x\n        def m(self): return T, x, __class__, super()\n    type A[T] = (x, T)\n",
     "module top 0 - () f:4098 +\n"
     " annotation __annotate__ 1 - (.format) .format:4100 +\n"
     " function f 1 - (x) x:20486 T:4098 g:4098 C:4098 A:4098 +\n"
     "  type-parameters g 3 nested (.defaults) .defaults:4100 T:21506 + x\n"
     "   type-variable T 3 nested (.format) .format:4100 x:16400 +\n"
     "   annotation __annotate__ 3 nested (.format) .format:4100 T:16400 +\n"
     "   function g 3 nested (a) a:4100 T:16400 x:16400 +\n"
     "  type-parameters C 4 nested () .type_params:20482 .generic_base:4098 T:21506 x:16400 +\n"
     "   class C 4 nested () __type_params__:4098 .type_params:16400 y:4098 T:16464 x:16464 m:4098 +\n"
     "    annotation __annotate__ 6 nested (.format) .format:4100 __classdict__:16400 +\n"
     "    function m 6 nested (self) self:4100 T:16400 x:16400 __class__:16400 super:12304 +\n"
     "  type-parameters A 7 nested () T:21506 + x\n"
     "   type-alias A 7 nested (.format) .format:4100 x:16400 T:16400 +\n"},
    {"3.14.10", "class C[__T: __U, __U](__B[__T], k=__c):\n    __y = __T\n    def m[__V: __T](self, a: __V): return __V, __z\n    class D[__W](__T): lambda: __W\ndef f(__x): return __x\n",
     "module top 0 - () C:4098 f:4098 +\n"
     " type-parameters C 1 - () .type_params:20482 .generic_base:4098 _C__T:21506 _C__U:5122 __B:12304 __c:12304 +\n"
     "  type-variable __T 1 nested (.format) .format:4100 __U:12304 +\n"
     "  class C 1 nested () __type_params__:4098 .type_params:16400 _C__y:4098 _C__T:16464 m:4098 D:4098 +\n"
     "   type-parameters m 3 nested (.defaults) __classdict__:16464 .defaults:4100 _C__V:21506 + _C__T\n"
     "    type-variable __V 3 nested (.format) .format:4100 __classdict__:16400 _C__T:16400 +\n"
     "    annotation __annotate__ 3 nested (.format) .format:4100 __classdict__:16400 _C__V:16400 +\n"
     "    function m 3 nested (self a) self:4100 a:4100 _C__V:16400 _C__z:12304 +\n"
     "   type-parameters D 4 nested () __classdict__:16400 .type_params:20482 .generic_base:4098 _D__W:21506 __T:12304 +\n"
     "    class D 4 nested () __type_params__:4098 .type_params:16400 + _D__W\n"
     "     function lambda 4 nested () _D__W:16400 +\n"
     " annotation __annotate__ 5 - (.format) .format:4100 +\n"
     " function f 5 - (__x) __x:4100 +\n"},
    {"3.14.10", "def f(T):\n    class C[T]:\n        T = 1\n        def g(self):\n            nonlocal T\n",
     "module top 0 - () f:4098 +\n"
     " annotation __annotate__ 1 - (.format) .format:4100 +\n"
     " function f 1 - (T) T:4100 C:4098 +\n"
     "  type-parameters C 2 nested () .type_params:20482 .generic_base:4098 T:21506 +\n"
     "   class C 2 nested () __type_params__:4098 .type_params:16400 T:4162 g:4098 +\n"
     "    annotation __annotate__ 4 nested (.format) .format:4100 __classdict__:16400 +\n"
     "    function g 4 nested (self) self:4100 T:16392 +\n"},
    {"3.14.10", "def f[T]():\n    nonlocal T\n",
     "SyntaxError 2 5 2 15: nonlocal binding not allowed for type parameter 'T'"},
    {"3.14.10", "def f[T, T](): pass\n",
     "SyntaxError 1 10 1 11: duplicate type parameter 'T'"},
    {"3.14.10", "def f[__classdict__](): pass\n",
     "SyntaxError 1 7 1 20: reserved name '__classdict__' cannot be used for type parameter"},
    {"3.14.10", "def f[T: (yield)](): pass\n",
     "SyntaxError 1 11 1 16: yield expression cannot be used within a TypeVar bound"},
    {"3.14.10", "def f[T: (int, (yield))](): pass\n",
     "SyntaxError 1 17 1 22: yield expression cannot be used within a TypeVar constraint"},
    {"3.14.10", "def f[T = (yield)](): pass\n",
     "SyntaxError 1 12 1 17: yield expression cannot be used within a TypeVar default"},
    {"3.14.10", "def f[*T = (yield)](): pass\n",
     "SyntaxError 1 13 1 18: yield expression cannot be used within a TypeVarTuple default"},
    {"3.14.10", "def f[**T = (await x)](): pass\n",
     "SyntaxError 1 14 1 21: await expression cannot be used within a ParamSpec default"},
    {"3.14.10", "type A = (yield)\n",
     "SyntaxError 1 11 1 16: yield expression cannot be used within a type alias"},
    {"3.14.10", "type A[T: (x := 1)] = 1\n",
     "SyntaxError 1 12 1 18: named expression cannot be used within a TypeVar bound"},
    {"3.14.10", "class C[T]((yield from x)): pass\n",
     "SyntaxError 1 13 1 25: yield expression cannot be used within the definition of a generic"},
    {"3.14.10", "class C[T]([(x := 1) for y in z]): pass\n",
     "SyntaxError 1 14 1 15: assignment expression within a comprehension cannot be used within the definition of a generic"},
    {"3.14.10", "type A = [(x := 1) for y in z]\n",
     "SyntaxError 1 12 1 13: assignment expression within a comprehension cannot be used in a type alias"},
    {"3.14.10", "def f[T: [(x := 1) for y in z]](): pass\n",
     "SyntaxError 1 12 1 13: assignment expression within a comprehension cannot be used in a TypeVar bound"},
    {"3.14.10", "class C:\n    type A = lambda: x\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () A:4098 +\n"
     "  type-alias A 2 - (.format) .format:4100 __classdict__:16400 +\n"
     "   function lambda 2 nested () x:12304 +\n"},
    {"3.14.10", "class C:\n    def f[T: {x for y in z}](): pass\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () f:4098 +\n"
     "  type-parameters f 2 - (.defaults) __classdict__:16464 .defaults:4100 T:5122 +\n"
     "   type-variable T 2 nested (.format) .format:4100 __classdict__:16400 z:12304 +\n"
     "    function setcomp 2 nested (.0) .0:4100 y:4610 x:12304 +\n"
     "   annotation __annotate__ 2 nested (.format) .format:4100 __classdict__:16400 +\n"
     "   function f 2 nested () +\n"},
    {"3.14.10", "class C:\n    def f[T = lambda: [x for y in z]](): pass\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () f:4098 +\n"
     "  type-parameters f 2 - (.defaults) __classdict__:16464 .defaults:4100 T:5122 +\n"
     "   type-variable T 2 nested (.format) .format:4100 __classdict__:16400 +\n"
     "    function lambda 2 nested () z:12304 y:4610 x:12304 +\n"
     "   annotation __annotate__ 2 nested (.format) .format:4100 __classdict__:16400 +\n"
     "   function f 2 nested () +\n"},
    {"3.14.10", "def f[T: int = str, *Ts = *tuple[int], **P = [T]](): pass\nclass C[T = lambda: T]: pass\ntype A[T = [x for x in T]] = T\n",
     "module top 0 - () f:4098 C:4098 A:4098 +\n"
     " type-parameters f 1 - (.defaults) .defaults:4100 T:21506 Ts:5122 P:5122 +\n"
     "  type-variable T 1 nested (.format) .format:4100 int:12304 +\n"
     "  type-variable T 1 nested (.format) .format:4100 str:12304 +\n"
     "  type-variable Ts 1 nested (.format) .format:4100 tuple:12304 int:12304 +\n"
     "  type-variable P 1 nested (.format) .format:4100 T:16400 +\n"
     "  annotation __annotate__ 1 nested (.format) .format:4100 +\n"
     "  function f 1 nested () +\n"
     " type-parameters C 2 - () .type_params:20482 .generic_base:4098 T:21506 +\n"
     "  type-variable T 2 nested (.format) .format:4100 + T\n"
     "   function lambda 2 nested () T:16400 +\n"
     "  class C 2 nested () __type_params__:4098 .type_params:16400 +\n"
     " type-parameters A 3 - () T:21506 +\n"
     "  type-variable T 3 nested (.format) .format:4100 T:16400 x:4610 +\n"
     "  type-alias A 3 nested (.format) .format:4100 T:16400 +\n"},
    {"3.14.10", "def f(a, b):\n    x = 1\n    y = [x for z in a if (w := z)]\n    return [[lambda: c for d in c] for c in a], {x: y for x, y in b}, {a for a in a}\nz = [x for x in y]\nclass C:\n    z = [(x, y) for x in y]\n    w = [[(lambda: v) for x in y] for v in x]\n",
     "module top 0 - () f:4098 z:4098 y:12304 C:4098 x:4610 +\n"
     " annotation __annotate__ 1 - (.format) .format:4100 +\n"
     " function f 1 - (a b) a:4100 b:4100 x:4098 y:4098 w:4098 z:4610 c:23042 d:4610 +\n"
     "  function lambda 4 nested () c:16400 +\n"
     " class C 6 - () z:4098 y:12304 w:4098 x:12304 v:23042 +\n"
     "  function lambda 8 nested () v:16400 +\n"},
    {"3.14.10", "def f(x):\n    def g():\n        return [x for y in z], [(lambda: (x, y)) for y in z]\n    return [lambda: w for w in x], w\n",
     "module top 0 - () f:4098 +\n"
     " annotation __annotate__ 1 - (.format) .format:4100 +\n"
     " function f 1 - (x) x:20484 g:4098 w:14352 +\n"
     "  annotation __annotate__ 2 nested (.format) .format:4100 +\n"
     "  function g 2 nested () z:12304 y:23042 x:16400 +\n"
     "   function lambda 3 nested () x:16400 y:16400 +\n"
     "  function lambda 4 nested () w:16400 +\n"},
    {"3.14.10", "class C:\n    def m(self): return __class__\n    x = [__class__ for y in z]\n    w = [lambda: __class__ for y in z]\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () m:4098 x:4098 z:12304 w:4098 y:4610 __class__:12304 +\n"
     "  annotation __annotate__ 2 - (.format) .format:4100 __classdict__:16400 +\n"
     "  function m 2 - (self) self:4100 __class__:16400 +\n"
     "  function lambda 4 nested () __class__:16400 +\n"},
    {"3.14.10", "class C:\n    x = [lambda: __class__ for y in z]\n    __class__\n    w = [__class__ for y in z]\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () x:4098 z:12304 __class__:12304 w:4098 y:4610 +\n"
     "  function lambda 2 nested () __class__:16400 +\n"},
    {"3.14.10", "class C:\n    def m(self, a):\n        global __x\n        return [(__x := b) for b in a], [(__y := 1) for b in a]\n",
     "module top 0 - () C:4098 _C__x:8193 +\n"
     " class C 1 - () m:4098 +\n"
     "  annotation __annotate__ 2 - (.format) .format:4100 __classdict__:16400 +\n"
     "  function m 2 - (self a) self:4100 a:4100 _C__x:8195 _C__y:4098 b:4610 +\n"},
    {"3.14.10", "class C:\n    def m(self, a): return [(__x := 1) for __x in a]\n",
     "SyntaxError 2 30 2 33: assignment expression cannot rebind comprehension iteration variable '__x'"},
    {"3.14.10", "[(i := 1) for a[i] in b]\n",
     "module top 0 - () b:12304 i:8193 a:12816 +\n"},
    {"3.14.10", "def f():\n    try: pass\n    except x: global a\n    else: a = 1\n",
     "module top 0 - () f:4098 a:8193 +\n"
     " annotation __annotate__ 1 - (.format) .format:4100 +\n"
     " function f 1 - () x:12304 a:8195 +\n"},
    {"3.14.10", "a: b = c\nclass C:\n    x: y\n    if z: w: x = x\n    def m(self, a: b, *c: d, e: f = g) -> x: pass\n    (p): q\n",
     "module top 0 - () a:4354 __conditional_annotations__:12304 c:12304 C:4098 +\n"
     " annotation __annotate__ 1 - (.format) .format:4100 b:12304 +\n"
     " class C 2 - () x:4354 z:12304 w:4354 __conditional_annotations__:12304 m:4098 g:12304 +\n"
     "  annotation __annotate__ 3 - (.format) .format:4100 __classdict__:16400 y:12304 x:12304 q:12304 +\n"
     "  annotation __annotate__ 5 - (.format) .format:4100 __classdict__:16400 b:12304 d:12304 f:12304 x:12304 +\n"
     "  function m 5 - (self a e c) self:4100 a:4100 e:4100 c:4100 +\n"},
    {"3.14.10", "class C:\n    x: y\n    z: [y for w in x]\n    v: (lambda: x)\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () x:4354 z:4354 v:4354 +\n"
     "  annotation __annotate__ 2 - (.format) .format:4100 __classdict__:16400 y:12304 x:12304 +\n"
     "   function listcomp 3 nested (.0) .0:4100 w:4610 y:12304 +\n"
     "   function lambda 4 nested () x:12304 +\n"},
    {"3.14.10", "def f(a: b, c: (lambda: d)):\n    e: [a for b in c] = 1\n    g: (lambda: a)\n    h: a\n    return e\n",
     "module top 0 - () f:4098 +\n"
     " annotation __annotate__ 1 - (.format) .format:4100 b:12304 +\n"
     "  function lambda 1 nested () d:12304 +\n"
     " function f 1 - (a c) a:20484 c:4100 e:4354 g:4354 h:4354 +\n"
     "  annotation __annotate__ 2 nested (.format) .format:4100 b:4610 a:16400 +\n"
     "   function lambda 3 nested () a:16400 +\n"},
    {"3.14.10", "from __future__ import annotations\na: [b for c in d]\nclass C:\n    x: y\n    def m(self, a: (lambda: b)) -> c: z: a\n",
     "module top 0 - () annotations:4224 a:4354 __conditional_annotations__:12304 C:4098 +\n"
     " class C 3 - () x:4354 m:4098 +\n"
     "  function m 5 - (self a) self:4100 a:4100 z:4354 +\n"},
    {"3.14.10", "a: (yield)\n",
     "SyntaxError 1 5 1 10: yield expression cannot be used within an annotation"},
    {"3.14.10", "def f(a: (b := 1)): pass\n",
     "SyntaxError 1 11 1 17: named expression cannot be used within an annotation"},
    {"3.14.10", "def f():\n    a: (await b)\n",
     "SyntaxError 2 9 2 16: await expression cannot be used within an annotation"},
    {"3.14.10", "from __future__ import annotations\na: (await b)\n",
     "SyntaxError 2 5 2 12: await expression cannot be used within an annotation"},
    {"3.14.10", "x: [(y := 1) for z in w]\n",
     "module top 0 - () x:4354 __conditional_annotations__:12304 y:8193 +\n"
     " annotation __annotate__ 1 - (.format) .format:4100 w:12304 z:4610 y:8195 +\n"},
    {"3.14.10", "def f(x: __debug__): x.__debug__ = 1\n",
     "SyntaxError 1 22 1 33: cannot assign to __debug__"},
    {"3.14.10", "def f(*, __debug__): pass\n",
     "SyntaxError 1 10 1 19: cannot assign to __debug__"},
    {"3.14.10", "def f():\n    x: __debug__ = 1\n    del __debug__\n",
     "SyntaxError 3 9 3 18: cannot delete __debug__"},
    {"3.14.10", "f(__debug__=1)\n",
     "SyntaxError 1 3 1 14: cannot assign to __debug__"},
    {"3.14.10", "match x:\n    case C(__debug__=y): pass\n",
     "SyntaxError 2 22 2 23: cannot assign to __debug__"},
    {"3.14.10", "await x\n",
     "SyntaxError 1 1 1 8: 'await' outside function"},
    {"3.14.10", "def f(): await x\n",
     "SyntaxError 1 10 1 17: 'await' outside async function"},
    {"3.14.10", "def f(): return [x async for y in z]\n",
     "SyntaxError 1 17 1 37: asynchronous comprehension outside of an asynchronous function"},
    {"3.14.10", "def f(): return (x async for y in z)\n",
     "module top 0 - () f:4098 +\n"
     " annotation __annotate__ 1 - (.format) .format:4100 +\n"
     " function f 1 - () z:12304 +\n"
     "  function genexpr 1 nested (.0) .0:4100 y:4610 x:12304 +\n"},
    {"3.14.10", "async def f(): return [[x async for y in z] for w in v]\n",
     "module top 0 - () f:4098 +\n"
     " annotation __annotate__ 1 - (.format) .format:4100 +\n"
     " function f 1 - () v:12304 w:4610 z:12304 y:4610 x:12304 +\n"},
    {"3.14.10", "async with x: pass\n",
     "SyntaxError 1 1 1 19: 'async with' outside async function"},
    {"3.14.10", "def f():\n    async for x in y: pass\n",
     "SyntaxError 2 5 2 27: 'async for' outside async function"},
    {"3.14.10", "from __future__ import annotations\nx = 1; from __future__ import annotations\n",
     "SyntaxError 2 8 2 42: from __future__ imports must occur at the beginning of the file"},
    {"3.14.10", "def f(): from __future__ import annotations\n",
     "SyntaxError 1 10 1 44: from __future__ imports must occur at the beginning of the file"},
    {"3.14.10", "from .__future__ import nope\n",
     "module top 0 - () nope:4224 +\n"},
    {"3.14.10", "def f(a, a): pass\n",
     "SyntaxError 1 10 1 11: duplicate argument 'a' in function definition"},
    {"3.15.2", "def f[T: int, *Ts, **P](a: T, *b: *Ts, c: P = T, d=1) -> T:\n    return lambda: (T, Ts)\n",
     "module top 0 - () f:4098 T:12304 +\n"
     " type-parameters f 1 - (.defaults .kwdefaults) .defaults:4100 .kwdefaults:4100 T:21506 Ts:21506 P:21506 +\n"
     "  type-variable T 1 nested (.format) .format:4100 int:12304 +\n"
     "  annotation __annotate__ 1 nested (.format) .format:4100 T:16400 Ts:16400 P:16400 +\n"
     "  function f 1 nested (a c d b) a:4100 c:4100 d:4100 b:4100 + T Ts\n"
     "   function lambda 2 nested () T:16400 Ts:16400 +\n"},
    {"3.15.2", "class C[T: (int, str)](B[T], metaclass=M):\n    x: T\n    def m[U: T](self, a: U = T) -> T: return U, T\n",
     "module top 0 - () C:4098 +\n"
     " type-parameters C 1 - () .type_params:20482 .generic_base:4098 T:21506 B:12304 M:12304 +\n"
     "  type-variable T 1 nested (.format) .format:4100 int:12304 str:12304 +\n"
     "  class C 1 nested () __type_params__:4098 .type_params:16400 x:4354 m:4098 T:16464 +\n"
     "   annotation __annotate__ 2 nested (.format) .format:4100 __classdict__:16400 T:16400 +\n"
     "   type-parameters m 3 nested (.defaults) __classdict__:16464 .defaults:4100 U:21506 + T\n"
     "    type-variable U 3 nested (.format) .format:4100 __classdict__:16400 T:16400 +\n"
     "    annotation __annotate__ 3 nested (.format) .format:4100 __classdict__:16400 U:16400 T:16400 +\n"
     "    function m 3 nested (self a) self:4100 a:4100 U:16400 T:16400 +\n"},
    {"3.15.2", "type A = B\ntype C[T: A] = B[T, A]\n",
     "module top 0 - () A:4098 C:4098 +\n"
     " type-alias A 1 - (.format) .format:4100 B:12304 +\n"
     " type-parameters C 2 - () T:21506 +\n"
     "  type-variable T 2 nested (.format) .format:4100 A:12304 +\n"
     "  type-alias C 2 nested (.format) .format:4100 B:12304 T:16400 A:12304 +\n"},
    {"3.15.2", "class C:\n    T = 1\n    x = 2\n    type A = x\n    type B[U: T] = C[U, T, x, y]\n    def f[V: x](self, a: V, b: x = x) -> y: return V\n    class D[W: T](x[W]): x = W\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () T:4098 x:4098 A:4098 B:4098 f:4098 D:4098 +\n"
     "  type-alias A 4 - (.format) .format:4100 __classdict__:16400 x:12304 +\n"
     "  type-parameters B 5 - () __classdict__:16464 U:21506 +\n"
     "   type-variable U 5 nested (.format) .format:4100 __classdict__:16400 T:12304 +\n"
     "   type-alias B 5 nested (.format) .format:4100 __classdict__:16400 C:12304 U:16400 T:12304 x:12304 y:12304 +\n"
     "  type-parameters f 6 - (.defaults) __classdict__:16464 .defaults:4100 V:21506 +\n"
     "   type-variable V 6 nested (.format) .format:4100 __classdict__:16400 x:12304 +\n"
     "   annotation __annotate__ 6 nested (.format) .format:4100 __classdict__:16400 V:16400 x:12304 y:12304 +\n"
     "   function f 6 nested (self a b) self:4100 a:4100 b:4100 V:16400 +\n"
     "  type-parameters D 7 - () __classdict__:16464 .type_params:20482 .generic_base:4098 W:21506 x:12304 +\n"
     "   type-variable W 7 nested (.format) .format:4100 __classdict__:16400 T:12304 +\n"
     "   class D 7 nested () __type_params__:4098 .type_params:16400 x:4098 W:16400 +\n"},
    {"3.15.2", "def f(x):\n    x, T = 1, 2\n    def g[T: x](a: T = x): return T, x\n    class C[T](x):\n        y = T, x\n        def m(self): return T, x, __class__, super()\n    type A[T] = (x, T)\n",
     "module top 0 - () f:4098 +\n"
     " annotation __annotate__ 1 - (.format) .format:4100 +\n"
     " function f 1 - (x) x:20486 T:4098 g:4098 C:4098 A:4098 +\n"
     "  type-parameters g 3 nested (.defaults) .defaults:4100 T:21506 + x\n"
     "   type-variable T 3 nested (.format) .format:4100 x:16400 +\n"
     "   annotation __annotate__ 3 nested (.format) .format:4100 T:16400 +\n"
     "   function g 3 nested (a) a:4100 T:16400 x:16400 +\n"
     "  type-parameters C 4 nested () .type_params:20482 .generic_base:4098 T:21506 x:16400 +\n"
     "   class C 4 nested () __type_params__:4098 .type_params:16400 y:4098 T:16464 x:16464 m:4098 +\n"
     "    annotation __annotate__ 6 nested (.format) .format:4100 __classdict__:16400 +\n"
     "    function m 6 nested (self) self:4100 T:16400 x:16400 __class__:16400 super:12304 +\n"
     "  type-parameters A 7 nested () T:21506 + x\n"
     "   type-alias A 7 nested (.format) .format:4100 x:16400 T:16400 +\n"},
    {"3.15.2", "class C[__T: __U, __U](__B[__T], k=__c):\n    __y = __T\n    def m[__V: __T](self, a: __V): return __V, __z\n    class D[__W](__T): lambda: __W\ndef f(__x): return __x\n",
     "module top 0 - () C:4098 f:4098 +\n"
     " type-parameters C 1 - () .type_params:20482 .generic_base:4098 _C__T:21506 _C__U:5122 __B:12304 __c:12304 +\n"
     "  type-variable __T 1 nested (.format) .format:4100 __U:12304 +\n"
     "  class C 1 nested () __type_params__:4098 .type_params:16400 _C__y:4098 _C__T:16464 m:4098 D:4098 +\n"
     "   type-parameters m 3 nested (.defaults) __classdict__:16464 .defaults:4100 _C__V:21506 + _C__T\n"
     "    type-variable __V 3 nested (.format) .format:4100 __classdict__:16400 _C__T:16400 +\n"
     "    annotation __annotate__ 3 nested (.format) .format:4100 __classdict__:16400 _C__V:16400 +\n"
     "    function m 3 nested (self a) self:4100 a:4100 _C__V:16400 _C__z:12304 +\n"
     "   type-parameters D 4 nested () __classdict__:16400 .type_params:20482 .generic_base:4098 _D__W:21506 __T:12304 +\n"
     "    class D 4 nested () __type_params__:4098 .type_params:16400 + _D__W\n"
     "     function lambda 4 nested () _D__W:16400 +\n"
     " annotation __annotate__ 5 - (.format) .format:4100 +\n"
     " function f 5 - (__x) __x:4100 +\n"},
    {"3.15.2", "def f(T):\n    class C[T]:\n        T = 1\n        def g(self):\n            nonlocal T\n",
     "module top 0 - () f:4098 +\n"
     " annotation __annotate__ 1 - (.format) .format:4100 +\n"
     " function f 1 - (T) T:4100 C:4098 +\n"
     "  type-parameters C 2 nested () .type_params:20482 .generic_base:4098 T:21506 +\n"
     "   class C 2 nested () __type_params__:4098 .type_params:16400 T:4162 g:4098 +\n"
     "    annotation __annotate__ 4 nested (.format) .format:4100 __classdict__:16400 +\n"
     "    function g 4 nested (self) self:4100 T:16392 +\n"},
    {"3.15.2", "def f[T]():\n    nonlocal T\n",
     "SyntaxError 2 5 2 15: nonlocal binding not allowed for type parameter 'T'"},
    {"3.15.2", "def f[T, T](): pass\n",
     "SyntaxError 1 10 1 11: duplicate type parameter 'T'"},
    {"3.15.2", "def f[__classdict__](): pass\n",
     "SyntaxError 1 7 1 20: reserved name '__classdict__' cannot be used for type parameter"},
    {"3.15.2", "def f[T: (yield)](): pass\n",
     "SyntaxError 1 11 1 16: yield expression cannot be used within a TypeVar bound"},
    {"3.15.2", "def f[T: (int, (yield))](): pass\n",
     "SyntaxError 1 17 1 22: yield expression cannot be used within a TypeVar constraint"},
    {"3.15.2", "def f[T = (yield)](): pass\n",
     "SyntaxError 1 12 1 17: yield expression cannot be used within a TypeVar default"},
    {"3.15.2", "def f[*T = (yield)](): pass\n",
     "SyntaxError 1 13 1 18: yield expression cannot be used within a TypeVarTuple default"},
    {"3.15.2", "def f[**T = (await x)](): pass\n",
     "SyntaxError 1 14 1 21: await expression cannot be used within a ParamSpec default"},
    {"3.15.2", "type A = (yield)\n",
     "SyntaxError 1 11 1 16: yield expression cannot be used within a type alias"},
    {"3.15.2", "type A[T: (x := 1)] = 1\n",
     "SyntaxError 1 12 1 18: named expression cannot be used within a TypeVar bound"},
    {"3.15.2", "class C[T]((yield from x)): pass\n",
     "SyntaxError 1 13 1 25: yield expression cannot be used within the definition of a generic"},
    {"3.15.2", "class C[T]([(x := 1) for y in z]): pass\n",
     "SyntaxError 1 14 1 15: assignment expression within a comprehension cannot be used within the definition of a generic"},
    {"3.15.2", "type A = [(x := 1) for y in z]\n",
     "SyntaxError 1 12 1 13: assignment expression within a comprehension cannot be used in a type alias"},
    {"3.15.2", "def f[T: [(x := 1) for y in z]](): pass\n",
     "SyntaxError 1 12 1 13: assignment expression within a comprehension cannot be used in a TypeVar bound"},
    {"3.15.2", "class C:\n    type A = lambda: x\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () A:4098 +\n"
     "  type-alias A 2 - (.format) .format:4100 __classdict__:16400 +\n"
     "   function lambda 2 nested () x:12304 +\n"},
    {"3.15.2", "class C:\n    def f[T: {x for y in z}](): pass\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () f:4098 +\n"
     "  type-parameters f 2 - (.defaults) __classdict__:16464 .defaults:4100 T:5122 +\n"
     "   type-variable T 2 nested (.format) .format:4100 __classdict__:16400 z:12304 +\n"
     "    function setcomp 2 nested (.0) .0:4100 y:4610 x:12304 +\n"
     "   annotation __annotate__ 2 nested (.format) .format:4100 __classdict__:16400 +\n"
     "   function f 2 nested () +\n"},
    {"3.15.2", "class C:\n    def f[T = lambda: [x for y in z]](): pass\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () f:4098 +\n"
     "  type-parameters f 2 - (.defaults) __classdict__:16464 .defaults:4100 T:5122 +\n"
     "   type-variable T 2 nested (.format) .format:4100 __classdict__:16400 +\n"
     "    function lambda 2 nested () z:12304 y:4610 x:12304 +\n"
     "   annotation __annotate__ 2 nested (.format) .format:4100 __classdict__:16400 +\n"
     "   function f 2 nested () +\n"},
    {"3.15.2", "def f[T: int = str, *Ts = *tuple[int], **P = [T]](): pass\nclass C[T = lambda: T]: pass\ntype A[T = [x for x in T]] = T\n",
     "module top 0 - () f:4098 C:4098 A:4098 +\n"
     " type-parameters f 1 - (.defaults) .defaults:4100 T:21506 Ts:5122 P:5122 +\n"
     "  type-variable T 1 nested (.format) .format:4100 int:12304 +\n"
     "  type-variable T 1 nested (.format) .format:4100 str:12304 +\n"
     "  type-variable Ts 1 nested (.format) .format:4100 tuple:12304 int:12304 +\n"
     "  type-variable P 1 nested (.format) .format:4100 T:16400 +\n"
     "  annotation __annotate__ 1 nested (.format) .format:4100 +\n"
     "  function f 1 nested () +\n"
     " type-parameters C 2 - () .type_params:20482 .generic_base:4098 T:21506 +\n"
     "  type-variable T 2 nested (.format) .format:4100 + T\n"
     "   function lambda 2 nested () T:16400 +\n"
     "  class C 2 nested () __type_params__:4098 .type_params:16400 +\n"
     " type-parameters A 3 - () T:21506 +\n"
     "  type-variable T 3 nested (.format) .format:4100 T:16400 x:4610 +\n"
     "  type-alias A 3 nested (.format) .format:4100 T:16400 +\n"},
    {"3.15.2", "def f(a, b):\n    x = 1\n    y = [x for z in a if (w := z)]\n    return [[lambda: c for d in c] for c in a], {x: y for x, y in b}, {a for a in a}\nz = [x for x in y]\nclass C:\n    z = [(x, y) for x in y]\n    w = [[(lambda: v) for x in y] for v in x]\n",
     "module top 0 - () f:4098 z:4098 y:12304 C:4098 x:4610 +\n"
     " annotation __annotate__ 1 - (.format) .format:4100 +\n"
     " function f 1 - (a b) a:4100 b:4100 x:4098 y:4098 w:4098 z:4610 c:23042 d:4610 +\n"
     "  function lambda 4 nested () c:16400 +\n"
     " class C 6 - () z:4098 y:12304 w:4098 x:12304 v:23042 +\n"
     "  function lambda 8 nested () v:16400 +\n"},
    {"3.15.2", "def f(x):\n    def g():\n        return [x for y in z], [(lambda: (x, y)) for y in z]\n    return [lambda: w for w in x], w\n",
     "module top 0 - () f:4098 +\n"
     " annotation __annotate__ 1 - (.format) .format:4100 +\n"
     " function f 1 - (x) x:20484 g:4098 w:14352 +\n"
     "  annotation __annotate__ 2 nested (.format) .format:4100 +\n"
     "  function g 2 nested () z:12304 y:23042 x:16400 +\n"
     "   function lambda 3 nested () x:16400 y:16400 +\n"
     "  function lambda 4 nested () w:16400 +\n"},
    {"3.15.2", "class C:\n    def m(self): return __class__\n    x = [__class__ for y in z]\n    w = [lambda: __class__ for y in z]\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () m:4098 x:4098 z:12304 w:4098 y:4610 __class__:12304 +\n"
     "  annotation __annotate__ 2 - (.format) .format:4100 __classdict__:16400 +\n"
     "  function m 2 - (self) self:4100 __class__:16400 +\n"
     "  function lambda 4 nested () __class__:16400 +\n"},
    {"3.15.2", "class C:\n    x = [lambda: __class__ for y in z]\n    __class__\n    w = [__class__ for y in z]\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () x:4098 z:12304 __class__:12304 w:4098 y:4610 +\n"
     "  function lambda 2 nested () __class__:16400 +\n"},
    {"3.15.2", "class C:\n    def m(self, a):\n        global __x\n        return [(__x := b) for b in a], [(__y := 1) for b in a]\n",
     "module top 0 - () C:4098 _C__x:8193 +\n"
     " class C 1 - () m:4098 +\n"
     "  annotation __annotate__ 2 - (.format) .format:4100 __classdict__:16400 +\n"
     "  function m 2 - (self a) self:4100 a:4100 _C__x:8195 _C__y:4098 b:4610 +\n"},
    {"3.15.2", "class C:\n    def m(self, a): return [(__x := 1) for __x in a]\n",
     "SyntaxError 2 30 2 33: assignment expression cannot rebind comprehension iteration variable '__x'"},
    {"3.15.2", "[(i := 1) for a[i] in b]\n",
     "module top 0 - () b:12304 i:8193 a:12816 +\n"},
    {"3.15.2", "def f():\n    try: pass\n    except x: global a\n    else: a = 1\n",
     "module top 0 - () f:4098 a:8193 +\n"
     " annotation __annotate__ 1 - (.format) .format:4100 +\n"
     " function f 1 - () x:12304 a:8195 +\n"},
    {"3.15.2", "a: b = c\nclass C:\n    x: y\n    if z: w: x = x\n    def m(self, a: b, *c: d, e: f = g) -> x: pass\n    (p): q\n",
     "module top 0 - () a:4354 __conditional_annotations__:12304 c:12304 C:4098 +\n"
     " annotation __annotate__ 1 - (.format) .format:4100 b:12304 +\n"
     " class C 2 - () x:4354 z:12304 w:4354 __conditional_annotations__:12304 m:4098 g:12304 +\n"
     "  annotation __annotate__ 3 - (.format) .format:4100 __classdict__:16400 y:12304 x:12304 q:12304 +\n"
     "  annotation __annotate__ 5 - (.format) .format:4100 __classdict__:16400 b:12304 d:12304 f:12304 x:12304 +\n"
     "  function m 5 - (self a e c) self:4100 a:4100 e:4100 c:4100 +\n"},
    {"3.15.2", "class C:\n    x: y\n    z: [y for w in x]\n    v: (lambda: x)\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () x:4354 z:4354 v:4354 +\n"
     "  annotation __annotate__ 2 - (.format) .format:4100 __classdict__:16400 y:12304 x:12304 +\n"
     "   function listcomp 3 nested (.0) .0:4100 w:4610 y:12304 +\n"
     "   function lambda 4 nested () x:12304 +\n"},
    {"3.15.2", "def f(a: b, c: (lambda: d)):\n    e: [a for b in c] = 1\n    g: (lambda: a)\n    h: a\n    return e\n",
     "module top 0 - () f:4098 +\n"
     " annotation __annotate__ 1 - (.format) .format:4100 b:12304 +\n"
     "  function lambda 1 nested () d:12304 +\n"
     " function f 1 - (a c) a:20484 c:4100 e:4354 g:4354 h:4354 +\n"
     "  annotation __annotate__ 2 nested (.format) .format:4100 b:4610 a:16400 +\n"
     "   function lambda 3 nested () a:16400 +\n"},
    {"3.15.2", "from __future__ import annotations\na: [b for c in d]\nclass C:\n    x: y\n    def m(self, a: (lambda: b)) -> c: z: a\n",
     "module top 0 - () annotations:4224 a:4354 __conditional_annotations__:12304 C:4098 +\n"
     " class C 3 - () x:4354 m:4098 +\n"
     "  function m 5 - (self a) self:4100 a:4100 z:4354 +\n"},
    {"3.15.2", "a: (yield)\n",
     "SyntaxError 1 5 1 10: yield expression cannot be used within an annotation"},
    {"3.15.2", "def f(a: (b := 1)): pass\n",
     "SyntaxError 1 11 1 17: named expression cannot be used within an annotation"},
    {"3.15.2", "def f():\n    a: (await b)\n",
     "SyntaxError 2 9 2 16: await expression cannot be used within an annotation"},
    {"3.15.2", "from __future__ import annotations\na: (await b)\n",
     "SyntaxError 2 5 2 12: await expression cannot be used within an annotation"},
    {"3.15.2", "x: [(y := 1) for z in w]\n",
     "module top 0 - () x:4354 __conditional_annotations__:12304 y:8193 +\n"
     " annotation __annotate__ 1 - (.format) .format:4100 w:12304 z:4610 y:8195 +\n"},
    {"3.15.2", "def f(x: __debug__): x.__debug__ = 1\n",
     "SyntaxError 1 22 1 33: cannot assign to __debug__"},
    {"3.15.2", "def f(*, __debug__): pass\n",
     "SyntaxError 1 10 1 19: cannot assign to __debug__"},
    {"3.15.2", "def f():\n    x: __debug__ = 1\n    del __debug__\n",
     "SyntaxError 3 9 3 18: cannot delete __debug__"},
    {"3.15.2", "f(__debug__=1)\n",
     "SyntaxError 1 3 1 14: cannot assign to __debug__"},
    {"3.15.2", "match x:\n    case C(__debug__=y): pass\n",
     "SyntaxError 2 22 2 23: cannot assign to __debug__"},
    {"3.15.2", "await x\n",
     "SyntaxError 1 1 1 8: 'await' outside function"},
    {"3.15.2", "def f(): await x\n",
     "SyntaxError 1 10 1 17: 'await' outside async function"},
    {"3.15.2", "def f(): return [x async for y in z]\n",
     "SyntaxError 1 17 1 37: asynchronous comprehension outside of an asynchronous function"},
    {"3.15.2", "def f(): return (x async for y in z)\n",
     "module top 0 - () f:4098 +\n"
     " annotation __annotate__ 1 - (.format) .format:4100 +\n"
     " function f 1 - () z:12304 +\n"
     "  function genexpr 1 nested (.0) .0:4100 y:4610 x:12304 +\n"},
    {"3.15.2", "async def f(): return [[x async for y in z] for w in v]\n",
     "module top 0 - () f:4098 +\n"
     " annotation __annotate__ 1 - (.format) .format:4100 +\n"
     " function f 1 - () v:12304 w:4610 z:12304 y:4610 x:12304 +\n"},
    {"3.15.2", "async with x: pass\n",
     "SyntaxError 1 1 1 19: 'async with' outside async function"},
    {"3.15.2", "def f():\n    async for x in y: pass\n",
     "SyntaxError 2 5 2 27: 'async for' outside async function"},
    {"3.15.2", "from __future__ import annotations\nx = 1; from __future__ import annotations\n",
     "SyntaxError 2 8 2 42: from __future__ imports must occur at the beginning of the file"},
    {"3.15.2", "def f(): from __future__ import annotations\n",
     "SyntaxError 1 10 1 44: from __future__ imports must occur at the beginning of the file"},
    {"3.15.2", "from .__future__ import nope\n",
     "module top 0 - () nope:4224 +\n"},
    {"3.15.2", "def f(a, a): pass\n",
     "SyntaxError 1 10 1 11: duplicate parameter 'a' in function definition"},
    {"3.15.2", "def f():\n    lazy import a\n",
     "SyntaxError 2 5 2 18: lazy import not allowed inside functions"},
    {"3.15.2", "class C:\n    lazy from a import b\n",
     "SyntaxError 2 5 2 25: lazy from ... import not allowed inside classes"},
    {"3.15.2", "try: lazy import a\nfinally: pass\n",
     "SyntaxError 1 6 1 19: lazy import not allowed inside try/except blocks"},
    {"3.15.2", "lazy from a import *\n",
     "SyntaxError 1 1 1 21: lazy from ... import * is not allowed"},
    {"3.15.2", "[*a for a in b], {**c for c in d}, (*e for e in f)\n",
     "module top 0 - () b:12304 d:12304 f:12304 a:4610 c:4610 +\n"
     " function genexpr 1 - (.0) .0:4100 e:4610 +\n"},
};
// clang-format on

}  // namespace mkpyc::scope
