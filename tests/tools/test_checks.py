#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Each check of tools/ passes on a good example and fails, naming the place, on bad ones."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parents[2] / 'tools'
LICENSE = '/* SPDX-License-Identifier: Apache-2.0 */\n'
LAYERS = 'base:\npolicy: base\nwire: base\ncore: base policy\nheader sqlite3.h: wire\n'


class Check(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def put(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def sh(self, *command, **options):
        subprocess.run(command, cwd=self.root, check=True, capture_output=True, **options)

    def run_tool(self, name, *args):
        env = {k: v for k, v in os.environ.items() if not k.startswith(('MESON', 'GIT'))}
        done = subprocess.run([TOOLS / name, *map(str, args)], capture_output=True, text=True,
                              cwd=self.root, env=env)
        return done.returncode, done.stdout + done.stderr

    def assert_passes(self, name, *args):
        code, output = self.run_tool(name, *args)
        self.assertEqual(code, 0, output)

    def assert_fails(self, words, name, *args):
        code, output = self.run_tool(name, *args)
        self.assertEqual(code, 1, output)
        self.assertIn(words, output)


class LayersTest(Check):
    def check(self, path, include, words):
        self.put('tools/layers.txt', LAYERS)
        self.put(path, f'{LICENSE}#include {include}\n')
        if words is None:
            self.assert_passes('check_layers.py', self.root)
        else:
            self.assert_fails(f'{path}:2: {words}', 'check_layers.py', self.root)

    def test_a_floor_below_may_be_included(self):
        self.check('policy/a.c', '"base/arena.h"', None)

    def test_a_folder_may_include_itself(self):
        self.check('policy/a.c', '"policy/a.h"', None)

    def test_a_sibling_may_not(self):
        self.check('policy/a.c', '"wire/a.h"', 'policy may not include wire')

    def test_a_floor_above_may_not(self):
        self.check('base/a.h', '"policy/a.h"', 'base may not include policy')

    def test_nobody_includes_tests(self):
        self.check('base/a.c', '"tests/support/test.h"', 'nobody includes tests/')

    def test_includes_are_written_from_the_root(self):
        self.check('base/a.c', '"arena.h"', '"arena.h" is not written from the root')
        self.check('base/a.c', '"../base/arena.h"', '"../base/arena.h" is not written')

    def test_foreign_headers_have_homes(self):
        self.check('core/a.c', '<sqlite3.h>', 'sqlite3.h is at home in wire')

    def test_a_foreign_header_at_home_is_fine(self):
        self.check('wire/a.c', '<sqlite3.h>', None)

    def test_a_folder_without_a_line_is_an_error(self):
        self.put('tools/layers.txt', LAYERS)
        self.put('attic/a.c', LICENSE)
        self.assert_fails('attic/a.c:1:', 'check_layers.py', self.root)

    def test_nothing_to_check_is_an_error(self):
        self.put('tools/layers.txt', LAYERS)
        self.assert_fails('no C files', 'check_layers.py', self.root)


class PurityTest(Check):
    def archive(self, folder, name, text):
        source = self.put(f'{folder}/{name}.c', text)
        self.sh('cc', '-c', '-o', f'{name}.o', source)
        self.sh('ar', 'rcs', f'{folder}/lib{name}.a', f'{name}.o')

    def run_list(self):
        self.put('list', 'pure policy: policy/libpolicy.a base/libbase.a\nmem*\nstr*\n')
        return ('check_purity.py', self.root, self.root / 'list', self.root)

    def test_base_and_memory_are_allowed(self):
        self.archive('base', 'base', 'int base_do(void) { return 1; }')
        self.archive('policy', 'policy', '#include <string.h>\nint base_do(void);\n'
                     'size_t f(const char *s) { return strlen(s) + (size_t) base_do(); }')
        self.assert_passes(*self.run_list())

    def test_malloc_and_open_are_refused(self):
        self.archive('policy', 'policy', '#include <stdlib.h>\nvoid *f(void) { return malloc(9); }')
        self.assert_fails('may not use malloc', *self.run_list())

    def test_an_allocating_string_function_is_refused(self):
        self.archive('policy', 'policy', '#include <string.h>\n'
                     'char *f(const char *s) { return strdup(s); }')
        self.assert_fails('may not use strdup', *self.run_list())

    def test_what_one_archive_may_use_others_may_not(self):
        text = '#include <stdlib.h>\nvoid *f(void) { return malloc(9); }'
        self.archive('policy', 'policy', text)
        self.put('list', 'pure policy: policy/libpolicy.a +malloc\n')
        self.assert_passes('check_purity.py', self.root, self.root / 'list', self.root)

    def test_mutable_state_is_refused_and_constant_tables_are_not(self):
        self.archive('policy', 'policy', 'const char *const f[] = { "a", "b" };')
        self.assert_passes(*self.run_list())
        self.archive('policy', 'policy', 'int f(void) { static int n = 1; return n++; }')
        self.assert_fails('mutable state in .data', *self.run_list())
        self.archive('policy', 'policy', 'int f(void) { static int n; return n++; }')
        self.assert_fails('mutable state in .bss', *self.run_list())

    def test_an_archive_missing_beside_its_source_is_an_error(self):
        self.put('policy/policy.c', '')
        self.assert_fails('not built', *self.run_list())


class ExportsTest(Check):
    def shared(self, text, symbols):
        source = self.put('src/m/a.c', text)
        script = self.put('src/m/foo.sym', symbols)
        (self.root / 'out/m').mkdir(parents=True)
        self.sh('cc', '-shared', '-fPIC', '-o', 'out/m/libfoo.so.2', source,
                f'-Wl,--version-script={script}')
        return 'check_exports.py', self.root / 'out', self.root / 'src'

    def test_the_listed_export_passes(self):
        self.assert_passes(*self.shared('int f(void) { return 1; }\nint g(void) { return 2; }',
                                        'FOO_1 { global: f; local: *; };'))

    def test_one_more_is_refused(self):
        args = self.shared('int f(void) { return 1; }\nint g(void) { return 2; }',
                           '{ global: f; g; local: *; };')
        self.put('src/m/foo.sym', '{ global: f; local: *; };')
        self.assert_fails('g is exported but not in', *args)

    def test_one_less_is_refused(self):
        args = self.shared('int f(void) { return 1; }', '{ global: f; g; local: *; };')
        self.assert_fails('g is in', *args)

    def test_all_others_must_be_local(self):
        self.assert_fails('lacks "local: *;"', *self.shared('int f(void) { return 1; }',
                                                             '{ global: f; };'))

    def test_an_object_without_a_list_is_refused(self):
        args = self.shared('int f(void) { return 1; }', '{ global: f; local: *; };')
        (self.root / 'src/m/foo.sym').rename(self.root / 'src/m/bar.sym')
        self.assert_fails('belongs to no shared object', *args)
        self.assert_fails('foo.sym', *args)


class SizeTest(Check):
    def check(self, text, words, name='a.c'):
        self.put(name, text)
        if words is None:
            self.assert_passes('check_size.py', self.root)
        else:
            self.assert_fails(words, 'check_size.py', self.root)

    def test_a_plain_file_passes(self):
        self.check(LICENSE + 'char *a = "http://x"; /* see http://x */\n', None)

    def test_the_license_comes_first(self):
        self.check('int a;\n' + LICENSE, 'a.c:1: no "SPDX')

    def test_600_lines_and_no_more(self):
        self.check(LICENSE + 'int a;\n' * 599, None)
        self.check(LICENSE + 'int a;\n' * 600, 'a.c:601: more than 600 lines')

    def test_ascii_only(self):
        self.check(LICENSE + '/* \u00e4 */\n', 'a.c:2: not ASCII')

    def test_no_tabs(self):
        self.check(LICENSE + '\tint a;\n', 'a.c:2: a tab')

    def test_no_line_comments(self):
        self.check(LICENSE + 'int a; // no\n', 'a.c:2: a // comment')

    def test_no_unfinished_work(self):
        for word in ('TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'):
            self.check(LICENSE + f'/* {word}: later */\n', 'a.c:2: unfinished work')

    def test_a_python_file_needs_the_license_too(self):
        self.check('#!/usr/bin/python3\n# SPDX-License-Identifier: Apache-2.0\n', None, 'a.py')
        self.check('#!/usr/bin/python3\nprint(1)\n', 'a.py:1: no "SPDX', 'a.py')


class FormatTest(Check):
    def check(self, text):
        self.put('.clang-format', (TOOLS.parent / '.clang-format').read_text())
        self.put('a.c', text)
        self.sh('git', 'init', '-q')
        return 'check_format.sh', self.root

    def test_what_the_formatter_made_passes(self):
        self.assert_passes(*self.check('int a = 1;\n'))

    def test_what_it_would_change_fails(self):
        self.assert_fails('a.c:1:', *self.check('int   a=1;\n'))

    def test_no_files_fail(self):
        self.sh('git', 'init', '-q')
        self.assert_fails('no C files', 'check_format.sh', self.root)


class TidyTest(Check):
    GOOD = 'int f(int a);\nint f(int a) {\n        return a;\n}\n'
    BAD = '#include <string.h>\nint f(char *a);\nint f(char *a) {\n        int b;\n' \
          '        (void) a;\n        return b;\n}\n'

    def check(self, text):
        self.put('.clang-tidy', (TOOLS.parent / '.clang-tidy').read_text())
        source = self.put('a.c', text)
        (self.root / 'build').mkdir(exist_ok=True)
        self.put('build/compile_commands.json', json.dumps([
            {'directory': str(self.root / 'build'), 'file': str(source),
             'command': f'cc -Wlogical-op -c {source}'}]))
        return 'check_tidy.sh', self.root / 'build'

    def test_a_good_file_is_checked_once(self):
        args = self.check(self.GOOD)
        self.assertIn('1 checked', self.run_tool(*args)[1])
        self.assertIn('0 checked', self.run_tool(*args)[1])

    def test_a_bad_file_fails_each_time(self):
        args = self.check(self.BAD)
        self.assert_fails('1 failed', *args)
        self.assert_fails('1 failed', *args)

    def test_a_changed_file_is_checked_again(self):
        self.assert_passes(*self.check(self.GOOD))
        self.assert_fails('1 failed', *self.check(self.BAD))


if __name__ == '__main__':
    unittest.main()
