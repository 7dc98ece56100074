// Where a command starts that becomes a component. Debian's wasi-libc leaves constructors and destructors to the linker,
// which then calls them around every export, also around the one that makes room for what the host returns; a component
// may call nothing there. Where the start calls them itself, as newer versions of the library do, the linker does not.
int __main_void(void);
void __wasm_call_ctors(void);
void __wasm_call_dtors(void);
_Noreturn void __wasi_proc_exit(int);

__attribute__((export_name("_start"))) void _start(void) {
    __wasm_call_ctors();
    int code = __main_void();
    __wasm_call_dtors();
    if (code != 0) __wasi_proc_exit(code);
}
