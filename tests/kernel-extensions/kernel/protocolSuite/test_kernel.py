"""The protocol's own test suite, jupyter-kernel-test, for this kernel."""

import unittest

import jupyter_kernel_test


class BlmmKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "blmm"
    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oh no')"
    code_generate_error = "throw new Error('boom')"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "'a' + 'b'", "result": "'ab'"},
        {"code": "await Promise.resolve([1, 2])", "result": "[ 1, 2 ]"},
    ]
    code_display_data = [
        {"code": "display({ toMimeBundle: () => ({ 'text/html': '<b>x</b>' }) })", "mime": "text/html"},
        {"code": "kernel.displayBundle({ 'image/png': new Uint8Array([137, 80]) })", "mime": "image/png"},
        {"code": "display([{ a: 1 }])", "mime": "text/html"},
    ]
    code_inspect_sample = "Array.isArray"
    completion_samples = [
        {"text": "Math.hypo", "matches": {"hypot"}},
        {"text": "JSON.", "matches": {"parse", "stringify"}},
    ]
    complete_code_samples = ["1", "const x = 1", "function f() { return 1 }", "for (const i of [1]) { i }"]
    incomplete_code_samples = ["function f() {", "const x = [", "`open", "if (true) {", "/* open", "f("]
    invalid_code_samples = ["const = 3", "let x y", "1 ++ 2 )"]
    code_history_pattern = "6 ? 7"
    supported_history_operations = ("tail", "range", "search")
    code_clear_output = "kernel.clearOutput()"


if __name__ == "__main__":
    unittest.main(verbosity=2)
