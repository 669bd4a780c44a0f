// Written by make_scope_cases.
#pragma once

namespace mkpyc::scope {

struct Case {
  const char* source;
  const char* expected;
};

// clang-format off
inline constexpr Case kCases[] = {
    {"pass\n",
     "module top 0 - () +\n"},
    {"x = 1; y = x; del x; z\n",
     "module top 0 - () x:4114 y:4098 z:12304 +\n"},
    {"def f(a, b=c, /, d=e, *args: g, h=i, **kw: j) -> k: return a, l\n",
     "module top 0 - () f:4098 c:12304 e:12304 i:12304 g:12304 j:12304 k:12304 +\n"
     " function f 1 - (a b d h args kw) a:4116 b:4100 d:4100 h:4100 args:4100 kw:4100 l:12304 +\n"},
    {"def f():\n    global x\n    x = 1\n    def g():\n        return x\n",
     "module top 0 - () f:4098 x:8193 +\n"
     " function f 1 - () x:8195 g:4098 +\n"
     "  function g 4 nested () x:12304 +\n"},
    {"x = 1\ndef f():\n    x = 2\n    def g():\n        nonlocal x\n        x += 1\n        def h(): return x\n",
     "module top 0 - () x:4098 f:4098 +\n"
     " function f 2 - () x:20482 g:4098 +\n"
     "  function g 4 nested () x:16394 h:4098 +\n"
     "   function h 7 nested () x:16400 +\n"},
    {"def f():\n    x = 1\n    def g():\n        global x\n        def h(): return x\n",
     "module top 0 - () f:4098 x:8193 +\n"
     " function f 1 - () x:4098 g:4098 +\n"
     "  function g 3 nested () x:8193 h:4098 +\n"
     "   function h 5 nested () x:12304 +\n"},
    {"def f():\n    x = 1\n    class C:\n        x = x\n        y = x\n        def m(self): return x, y\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () x:20482 C:4098 +\n"
     "  class C 3 nested () x:4178 y:4098 m:4098 +\n"
     "   function m 6 nested (self) self:4100 x:16400 y:12304 +\n"},
    {"def f():\n    x = 1\n    class C:\n        nonlocal x\n        x = 2\n        def m(self): return x\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () x:20482 C:4098 +\n"
     "  class C 3 nested () x:16458 m:4098 +\n"
     "   function m 6 nested (self) self:4100 x:16400 +\n"},
    {"def f():\n    x = 1\n    class C:\n        global x\n        def m(self): return x\n",
     "module top 0 - () f:4098 x:8193 +\n"
     " function f 1 - () x:20482 C:4098 +\n"
     "  class C 3 nested () x:8257 m:4098 +\n"
     "   function m 5 nested (self) self:4100 x:16400 +\n"},
    {"class C:\n    def m(self): return super().m(), __class__\n    n = lambda self: super\n    class D:\n        def k(self): __class__\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () m:4098 n:4098 D:4098 +\n"
     "  function m 2 - (self) self:4100 super:12304 __class__:16400 +\n"
     "  function lambda 3 - (self) self:4100 super:12304 __class__:16400 +\n"
     "  class D 4 - () k:4098 +\n"
     "   function k 5 - (self) self:4100 __class__:16400 +\n"},
    {"class C:\n    __class__\n    super\n    def m(__class__): super\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () __class__:12304 super:12304 m:4098 +\n"
     "  function m 4 - (__class__) __class__:4116 super:12304 +\n"},
    {"class C:\n    class D: __class__\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () D:4098 +\n"
     "  class D 2 - () __class__:16400 +\n"},
    {"super; lambda: super\n",
     "module top 0 - () super:12304 +\n"
     " function lambda 1 - () super:12304 __class__:12304 +\n"},
    {"class _C:\n    __a = __b__ = ___ = __ = _d = 1\n    import __e.f, g.__h, i as __j\n    from k import __l\n    def __m(__self, *__n, o=__p): self.__q = __r\n    global __s\n    try: pass\n    except E as __t: pass\n    lambda __u: __v\n    class __W(__X): __y\n    @__z\n    def f(): pass\nclass __: __a = 1\nclass __\303\234n\303\257: __\303\251 = 1\n",
     "module top 0 - () _C:4098 _C__s:8193 __:4098 __\303\234n\303\257:4098 +\n"
     " class _C 1 - () _C__a:4098 __b__:4098 ___:4098 __:4098 _d:4098 _C__e:4224 g:4224 _C__j:4224 _C__l:4224 _C__m:4098 _C__p:12304 _C__s:8193 E:12304 _C__t:4098 _C__W:4098 _C__X:12304 f:4098 _C__z:12304 +\n"
     "  function __m 5 - (_C__self o _C__n) _C__self:4100 o:4100 _C__n:4100 self:12304 _C__r:12304 +\n"
     "  function lambda 9 - (_C__u) _C__u:4100 _C__v:12304 +\n"
     "  class __W 10 - () _W__y:12304 +\n"
     "  function f 12 - () +\n"
     " class __ 13 - () __a:4098 +\n"
     " class __\303\234n\303\257 14 - () _\303\234n\303\257__\303\251:4098 +\n"},
    {"[a for b in c if d]\n{a for b in c for d in b if b for e in d}\n{a: b for c in d}\n(a for b in c)\n",
     "module top 0 - () c:12304 d:12304 +\n"
     " function listcomp 1 - (.0) .0:4100 b:4610 d:12304 a:12304 +\n"
     " function setcomp 2 - (.0) .0:4100 b:4626 d:4626 e:4610 a:12304 +\n"
     " function dictcomp 3 - (.0) .0:4100 c:4610 b:12304 a:12304 +\n"
     " function genexpr 4 - (.0) .0:4100 b:4610 a:12304 +\n"},
    {"def f(x):\n    return [y for y in x if z(lambda: y)]\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - (x) x:4116 +\n"
     "  function listcomp 2 nested (.0) .0:4100 y:21010 z:12304 +\n"
     "   function lambda 2 nested () y:16400 +\n"},
    {"class C:\n    a = 1\n    b = [a for c in a]\n    d = lambda: a\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () a:4114 b:4098 d:4098 +\n"
     "  function listcomp 3 - (.0) .0:4100 c:4610 a:12304 +\n"
     "  function lambda 4 - () a:12304 +\n"},
    {"lambda a, *b, c=d, **e: (a, f)\n",
     "module top 0 - () d:12304 +\n"
     " function lambda 1 - (a c b e) a:4116 c:4100 b:4100 e:4100 f:12304 +\n"},
    {"async def f():\n    await a\n    [b async for b in c]\n    [d for d in [e async for e in f]]\n    (g async for g in h)\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () a:12304 c:12304 f:12304 h:12304 +\n"
     "  function listcomp 3 nested (.0) .0:4100 b:4626 +\n"
     "  function listcomp 4 nested (.0) .0:4100 e:4626 +\n"
     "  function listcomp 4 nested (.0) .0:4100 d:4626 +\n"
     "  function genexpr 5 nested (.0) .0:4100 g:4626 +\n"},
    {"def f():\n    yield a\n    b = yield\n    c = yield from d\n    return 1\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () a:12304 b:4098 c:4098 d:12304 +\n"},
    {"from a import *\nimport b.c.d, e as f\nfrom . import g\n",
     "module top 0 - () b:4224 f:4224 g:4224 +\n"},
    {"def f():\n    if (a := 1): pass\n    [b := c for c in d]\n    [[e := h for h in i] for g in j]\n    lambda: (k := l)\n    [lambda: (m := n) for o in p]\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () a:4098 d:12304 b:20482 j:12304 e:20482 p:12304 +\n"
     "  function listcomp 3 nested (.0) .0:4100 c:4626 b:16394 +\n"
     "  function listcomp 4 nested (.0) .0:4100 g:4610 i:12304 + e\n"
     "   function listcomp 4 nested (.0) .0:4100 h:4626 e:16394 +\n"
     "  function lambda 5 nested () l:12304 k:4098 +\n"
     "  function listcomp 6 nested (.0) .0:4100 o:4610 +\n"
     "   function lambda 6 nested () n:12304 m:4098 +\n"},
    {"[a := b for b in c]\ndef f(): a\n",
     "module top 0 - () c:12304 a:8193 f:4098 +\n"
     " function listcomp 1 - (.0) .0:4100 b:4626 a:8195 +\n"
     " function f 2 - () a:12304 +\n"},
    {"def f():\n    global a\n    [a := b for b in c]\n",
     "module top 0 - () f:4098 a:8193 +\n"
     " function f 1 - () a:8195 c:12304 +\n"
     "  function listcomp 3 nested (.0) .0:4100 b:4626 a:8195 +\n"},
    {"def f():\n    nonlocal a\n    [a := b for b in c]\n",
     "SyntaxError 2 5 2 15: no binding for nonlocal 'a' found"},
    {"class C:\n    __x: int\n    (y): int\n    z: int = 1\n    w.v: int = 2\n    w[u]: t\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () _C__x:4354 int:12304 z:4354 w:12304 u:12304 t:12304 +\n"},
    {"from __future__ import annotations\na: b = c\ndef f(d: e, *g: (lambda h: i)) -> j: pass\ndef k():\n    l: [m for m in n]\n",
     "module top 0 - () annotations:4224 a:4354 c:12304 f:4098 k:4098 +\n"
     " function f 3 - (d g) d:4100 g:4100 +\n"
     " function k 4 - () l:4354 +\n"},
    {"match a:\n    case b: pass\n    case [c, *d, *_] if e: pass\n    case {f.g: h, **i}: pass\n    case J(k, l=m) | n.o as p: pass\n    case None | 1 | -1 | 1+1j | \"s\": pass\n",
     "module top 0 - () a:12304 b:4098 c:4098 d:4098 e:12304 f:12304 h:4098 i:4098 J:12304 k:4098 m:4098 n:12304 p:4098 +\n"},
    {"for a, (b, *c), d[e], f.g in h: i\nelse: j\nwhile k: l\nelse: m\n",
     "module top 0 - () a:4098 b:4098 c:4098 d:12304 e:12304 f:12304 h:12304 i:12304 j:12304 k:12304 l:12304 m:12304 +\n"},
    {"try: a\nexcept b: c\nexcept d as e: f\nelse: g\nfinally: h\ntry: i\nexcept* j as k: l\n",
     "module top 0 - () a:12304 g:12304 b:12304 c:12304 d:12304 e:4098 f:12304 h:12304 i:12304 j:12304 k:4098 l:12304 +\n"},
    {"with a as b, c as (d, e): f\nasync def g():\n    async with h as i: j\n    async for k in l: m\n",
     "module top 0 - () a:12304 b:4098 c:12304 d:4098 e:4098 f:12304 g:4098 +\n"
     " function g 2 - () h:12304 i:4098 j:12304 k:4098 l:12304 m:12304 +\n"},
    {"raise a from b\nassert c, d\ne += f\ng.h += i\nj[k] += l\ndel m, (n, o)\n",
     "module top 0 - () a:12304 b:12304 c:12304 d:12304 e:4098 f:12304 g:12304 i:12304 j:12304 k:12304 l:12304 m:4098 n:4098 o:4098 +\n"},
    {"@a(b)\n@c\nclass D(e, f=g, **h): i\n",
     "module top 0 - () D:4098 e:12304 g:12304 h:12304 a:12304 b:12304 c:12304 +\n"
     " class D 3 - () i:12304 +\n"},
    {"f\"{a} {b!r:>{c}}\" f\"{d}\"\na[b:c:d, e]\nf(*a, **b, c=d)\na if b else c\nnot a; a < b < c; a and b or c; -a; {a: b, **c}; {a, *b}\n",
     "module top 0 - () a:12304 b:12304 c:12304 d:12304 e:12304 f:12304 +\n"},
    {"def f():\n    def g():\n        def h():\n            return x\n        return h\n    x = 1\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () g:4098 x:20482 +\n"
     "  function g 2 nested () h:4114 + x\n"
     "   function h 3 nested () x:16400 +\n"},
    {"def f():\n    class C:\n        def g(self): return x\n    x = 1\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () C:4098 x:20482 +\n"
     "  class C 2 nested () g:4098 + x\n"
     "   function g 3 nested (self) self:4100 x:16400 +\n"},
    {"def outer():\n    def inner():\n        return free, outer\n    free = 1\n    def other(): return free\n    return lambda: free\n",
     "module top 0 - () outer:4098 +\n"
     " function outer 1 - () inner:4098 free:20482 other:4098 +\n"
     "  function inner 2 nested () free:16400 outer:12304 +\n"
     "  function other 5 nested () free:16400 +\n"
     "  function lambda 6 nested () free:16400 +\n"},
    {"x = 1\ndef f():\n    x\n    def g(): x\n",
     "module top 0 - () x:4098 f:4098 +\n"
     " function f 2 - () x:12304 g:4098 +\n"
     "  function g 4 nested () x:12304 +\n"},
    {"def f(x):\n    def g(y):\n        def h(z): return x + y + z\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - (x) x:20484 g:4098 +\n"
     "  function g 2 nested (y) y:20484 h:4098 + x\n"
     "   function h 3 nested (z) z:4116 x:16400 y:16400 +\n"},
    {"def f(a, a): pass\n",
     "SyntaxError 1 10 1 11: duplicate argument 'a' in function definition"},
    {"def f(a, *, a): pass\n",
     "SyntaxError 1 13 1 14: duplicate argument 'a' in function definition"},
    {"lambda a, *a: 0\n",
     "SyntaxError 1 12 1 13: duplicate argument 'a' in function definition"},
    {"def f(a, b,\n      **a): pass\n",
     "SyntaxError 2 9 2 10: duplicate argument 'a' in function definition"},
    {"class C:\n    def f(__a, _C__a): pass\n",
     "SyntaxError 2 16 2 21: duplicate argument '_C__a' in function definition"},
    {"def f(x):\n    global x\n",
     "SyntaxError 2 5 2 13: name 'x' is parameter and global"},
    {"def f():\n    x = 1\n    global x\n",
     "SyntaxError 3 5 3 13: name 'x' is assigned to before global declaration"},
    {"def f():\n    x\n    global y, x\n",
     "SyntaxError 3 5 3 16: name 'x' is used prior to global declaration"},
    {"def f():\n    x: int\n    global x\n",
     "SyntaxError 3 5 3 13: annotated name 'x' can't be global"},
    {"def f():\n    import x\n    global x\n",
     "module top 0 - () f:4098 x:8193 +\n"
     " function f 1 - () x:8321 +\n"},
    {"def f():\n    global x\n    x: int\n",
     "SyntaxError 3 5 3 11: annotated name 'x' can't be global"},
    {"def f():\n    x = 1\n    def g():\n        nonlocal x\n        x: int = 2\n",
     "SyntaxError 5 9 5 19: annotated name 'x' can't be nonlocal"},
    {"global x\nx: int\n",
     "module top 0 - () x:8451 int:12304 +\n"},
    {"x\nglobal x\n",
     "SyntaxError 2 1 2 9: name 'x' is used prior to global declaration"},
    {"x = 1\n  \nglobal x, y\n",
     "SyntaxError 3 1 3 12: name 'x' is assigned to before global declaration"},
    {"def f(x):\n    nonlocal x\n",
     "SyntaxError 2 5 2 15: name 'x' is parameter and nonlocal"},
    {"def f():\n    x = 1\n    nonlocal x\n",
     "SyntaxError 3 5 3 15: name 'x' is assigned to before nonlocal declaration"},
    {"def f():\n    print(x)\n    nonlocal x\n",
     "SyntaxError 3 5 3 15: name 'x' is used prior to nonlocal declaration"},
    {"def f():\n    x: int\n    nonlocal x\n",
     "SyntaxError 3 5 3 15: annotated name 'x' can't be nonlocal"},
    {"nonlocal x\n",
     "SyntaxError 1 1 1 11: nonlocal declaration not allowed at module level"},
    {"class C:\n    nonlocal x\n",
     "SyntaxError 2 5 2 15: no binding for nonlocal 'x' found"},
    {"def f():\n    nonlocal y, x\n",
     "SyntaxError 2 5 2 18: no binding for nonlocal 'y' found"},
    {"def f():\n    x = 1\n    def g():\n        global x\n        nonlocal x\n",
     "SyntaxError 4 9 4 17: name 'x' is nonlocal and global"},
    {"def f():\n    nonlocal __class__\n",
     "SyntaxError 2 5 2 23: no binding for nonlocal '__class__' found"},
    {"class C:\n    def f():\n        nonlocal __class__, __x\n",
     "SyntaxError 3 9 3 32: no binding for nonlocal '_C__x' found"},
    {"def f(): from a import *\n",
     "SyntaxError 1 24 1 25: import * only allowed at module level"},
    {"class C:\n    from a import *\n",
     "SyntaxError 2 19 2 20: import * only allowed at module level"},
    {"[a := 1 for a in b]\n",
     "SyntaxError 1 2 1 3: assignment expression cannot rebind comprehension iteration variable 'a'"},
    {"[[a := 1 for b in c] for a in d]\n",
     "SyntaxError 1 3 1 4: assignment expression cannot rebind comprehension iteration variable 'a'"},
    {"[a for a in (b := c)]\n",
     "SyntaxError 1 14 1 20: assignment expression cannot be used in a comprehension iterable expression"},
    {"[a for a in [b := c for d in e]]\n",
     "SyntaxError 1 14 1 20: assignment expression cannot be used in a comprehension iterable expression"},
    {"[a for b in c for d in (e := f)]\n",
     "SyntaxError 1 25 1 31: assignment expression cannot be used in a comprehension iterable expression"},
    {"[a for b in (lambda: (c := d))]\n",
     "SyntaxError 1 23 1 29: assignment expression cannot be used in a comprehension iterable expression"},
    {"class C: [a := b for b in c]\n",
     "SyntaxError 1 11 1 12: assignment expression within a comprehension cannot be used in a class body"},
    {"class C:\n    def f(): [a := b for b in c]\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () f:4098 +\n"
     "  function f 2 - () c:12304 a:20482 +\n"
     "   function listcomp 2 nested (.0) .0:4100 b:4626 a:16394 +\n"},
    {"class C: (lambda: [a := b for b in c])\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () +\n"
     "  function lambda 1 - () c:12304 a:20482 +\n"
     "   function listcomp 1 nested (.0) .0:4100 b:4626 a:16394 +\n"},
    {"[a for b in c if (d := e) for d in f]\n",
     "SyntaxError 1 31 1 32: comprehension inner loop cannot rebind assignment expression target 'd'"},
    {"class C:\n    def f(): [__a := 1 for __a in b]\n",
     "module top 0 - () C:4098 +\n"
     " class C 1 - () f:4098 +\n"
     "  function f 2 - () b:12304 _C__a:20482 +\n"
     "   function listcomp 2 nested (.0) .0:4100 _C__a:16906 +\n"},
    {"[(yield) for a in b]\n",
     "SyntaxError 1 3 1 8: 'yield' inside list comprehension"},
    {"{(yield from a) for a in b}\n",
     "SyntaxError 1 3 1 15: 'yield' inside set comprehension"},
    {"{a: (yield) for a in b}\n",
     "SyntaxError 1 6 1 11: 'yield' inside dict comprehension"},
    {"def f(): ((yield 1) for a in b)\n",
     "SyntaxError 1 12 1 19: 'yield' inside generator expression"},
    {"def f(): [a for a in (yield)]\n",
     "module top 0 - () f:4098 +\n"
     " function f 1 - () +\n"
     "  function listcomp 1 nested (.0) .0:4100 a:4626 +\n"},
    {"[lambda: (yield) for a in b]\n",
     "module top 0 - () b:12304 +\n"
     " function listcomp 1 - (.0) .0:4100 a:4610 +\n"
     "  function lambda 1 nested () +\n"},
    {"from __future__ import annotations\ndef f(a: (b := c)): pass\n",
     "SyntaxError 2 11 2 17: 'named expression' can not be used within an annotation"},
    {"from __future__ import annotations\ndef f() -> (yield): pass\n",
     "SyntaxError 2 13 2 18: 'yield expression' can not be used within an annotation"},
    {"from __future__ import annotations\nasync def f():\n    a: await b\n",
     "SyntaxError 3 8 3 15: 'await expression' can not be used within an annotation"},
    {"from __future__ import annotations\na: [(yield from b) for c in d]\n",
     "SyntaxError 2 6 2 18: 'yield' inside list comprehension"},
    {"from __future__ import annotations\na: [b := c for c in d]\ndef f():\n    a: [b := c for c in d]\n",
     "module top 0 - () annotations:4224 a:4354 b:8193 f:4098 +\n"
     " function f 3 - () a:4354 b:4098 +\n"},
    {"from __future__ import annotations\na: lambda: (yield (b := 1))\n",
     "module top 0 - () annotations:4224 a:4354 +\n"},
    {"\303\251 = \"\303\244\"; x = \"\346\227\245\346\234\254\"; global \303\251\n",
     "SyntaxError 1 26 1 35: name '\303\251' is assigned to before global declaration"},
    {"def f(\303\244, \303\266): \"\303\251\"; global \303\244\n",
     "SyntaxError 1 22 1 31: name '\303\244' is parameter and global"},
    {"\"doc\"\nfrom __future__ import division; from __future__ import annotations, generator_stop\na: b\n",
     "module top 0 - () division:4224 annotations:4224 generator_stop:4224 a:4354 +\n"},
    {"from __future__ import braces\n",
     "SyntaxError 1 1 1 -1: not a chance"},
    {"x = \"\303\251\"; from __future__ import annotations\n",
     "SyntaxError 1 10 1 -1: from __future__ imports must occur at the beginning of the file"},
    {"import a; from __future__ import annotations\n",
     "SyntaxError 1 10 1 -1: from __future__ imports must occur at the beginning of the file"},
    {"\"\"\"doc\"\"\"; from __future__ import nested_scopes, nope\n",
     "SyntaxError 1 12 1 -1: future feature nope is not defined"},
    {"from __future__ import *\n",
     "SyntaxError 1 1 1 -1: future feature * is not defined"},
    {"from .__future__ import nope\n",
     "SyntaxError 1 1 1 -1: future feature nope is not defined"},
    {"from __future__ import xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\303\251\303\251\303\251\n",
     "SyntaxError 1 1 1 -1: future feature xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\357\277\275 is not defined"},
    {"if 1: pass\nfrom __future__ import nope\n",
     "module top 0 - () nope:4224 +\n"},
    {"import a\nfrom __future__ import nope\n",
     "module top 0 - () a:4224 nope:4224 +\n"},
};
// clang-format on

}  // namespace mkpyc::scope
