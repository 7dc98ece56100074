/* Compute on GPUs from a WebAssembly module that dayfly runs: the functions of `dayfly:gpu/v1`.
 *
 * docs/gpu-abi.md in dayfly's repository says what each does. What returns a number gives a negative one where it fails,
 * one of DAYFLY_GPU_E*, and dayfly_gpu_last_error gives the text. A module exports its memory as `memory`. */
#ifndef DAYFLY_GPU_H
#define DAYFLY_GPU_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DAYFLY_GPU(name) __attribute__((import_module("dayfly:gpu/v1"), import_name(#name)))

#define DAYFLY_GPU_EINVAL (-1)
#define DAYFLY_GPU_EBADHANDLE (-2)
#define DAYFLY_GPU_EFAULT (-3)
#define DAYFLY_GPU_ENOMEM (-4)
#define DAYFLY_GPU_EVALIDATION (-5)
#define DAYFLY_GPU_ECOMPILE (-6)
#define DAYFLY_GPU_ELOST (-7)
#define DAYFLY_GPU_ETIMEDOUT (-8)
#define DAYFLY_GPU_ENOTSUP (-9)
#define DAYFLY_GPU_EPERM (-10)
#define DAYFLY_GPU_EAGAIN (-11)
#define DAYFLY_GPU_EQUOTA (-12)
#define DAYFLY_GPU_EINTERNAL (-13)

/* What a buffer is for: bits of dayfly_gpu_buffer_create, as in webgpu.h. */
#define DAYFLY_GPU_COPY_SRC 0x4
#define DAYFLY_GPU_COPY_DST 0x8
#define DAYFLY_GPU_UNIFORM 0x40
#define DAYFLY_GPU_STORAGE 0x80
#define DAYFLY_GPU_INDIRECT 0x100
#define DAYFLY_GPU_QUERY_RESOLVE 0x200

/* What a device is asked for. */
#define DAYFLY_GPU_TIMESTAMP_QUERY (UINT64_C(1) << 0)
#define DAYFLY_GPU_SHADER_F16 (UINT64_C(1) << 1)
#define DAYFLY_GPU_SUBGROUPS (UINT64_C(1) << 2)
#define DAYFLY_GPU_IMMEDIATES (UINT64_C(1) << 3)
#define DAYFLY_GPU_SHADER_F64 (UINT64_C(1) << 4)
#define DAYFLY_GPU_SHADER_INT64 (UINT64_C(1) << 5)

/* How a buffer is bound, as in webgpu.h. */
#define DAYFLY_GPU_BIND_UNIFORM 2
#define DAYFLY_GPU_BIND_STORAGE 3
#define DAYFLY_GPU_BIND_READ_ONLY_STORAGE 4

/* No query, for dayfly_gpu_pass_begin. */
#define DAYFLY_GPU_NO_QUERY UINT32_MAX

/* What dayfly_gpu_device_open is given: this, and then so many limits. */
typedef struct {
    uint64_t features;
    uint32_t limit_count;
    uint32_t reserved;
} dayfly_gpu_device;

typedef struct {
    uint32_t number;
    uint32_t reserved;
    uint64_t value;
} dayfly_gpu_limit;

/* A constant that a pipeline sets; `name` is an address in the module's memory. */
typedef struct {
    uint32_t name;
    uint32_t name_length;
    double value;
} dayfly_gpu_constant;

/* A place for a buffer in a layout. */
typedef struct {
    uint32_t binding;
    uint32_t kind;
    uint32_t has_dynamic_offset;
    uint32_t reserved;
    uint64_t min_size;
} dayfly_gpu_slot;

/* A buffer in such a place; a size of 0 is all that follows the offset. */
typedef struct {
    uint32_t binding;
    int32_t buffer;
    uint64_t offset;
    uint64_t size;
} dayfly_gpu_binding;

/* What dayfly_gpu_info gives, before the name. */
typedef struct {
    uint32_t kind;
    uint32_t vendor;
    uint32_t device;
    uint32_t subgroup_min_size;
    uint32_t subgroup_max_size;
    uint32_t name_length;
    uint64_t memory;
    uint64_t features;
} dayfly_gpu_adapter;

/* What dayfly_gpu_device_usage gives. */
typedef struct {
    uint64_t memory;
    uint64_t memory_limit;
    uint64_t peak_memory;
    uint64_t gpu_ns;
    uint64_t submissions;
    uint64_t sent;
    uint64_t received;
    uint64_t compile_ns;
    uint64_t tick_fs;
} dayfly_gpu_used;

DAYFLY_GPU(version)
int32_t dayfly_gpu_version(void);

DAYFLY_GPU(gpu_count)
int32_t dayfly_gpu_count(void);

DAYFLY_GPU(gpu_info)
int32_t dayfly_gpu_info(uint32_t index, void *out, uint32_t room);

DAYFLY_GPU(gpu_features)
int64_t dayfly_gpu_features(uint32_t index);

DAYFLY_GPU(gpu_last_error)
int32_t dayfly_gpu_last_error(void *out, uint32_t room);

DAYFLY_GPU(device_limits)
int32_t dayfly_gpu_device_limits(int32_t device, void *out, uint32_t room);

DAYFLY_GPU(device_features)
int64_t dayfly_gpu_device_features(int32_t device);

DAYFLY_GPU(device_status)
int32_t dayfly_gpu_device_status(int32_t device);

DAYFLY_GPU(device_usage)
int32_t dayfly_gpu_device_usage(int32_t device, void *out, uint32_t room);

DAYFLY_GPU(close)
int32_t dayfly_gpu_close(int32_t handle);

DAYFLY_GPU(encoder)
int32_t dayfly_gpu_encoder(int32_t device);

DAYFLY_GPU(buffer_copy)
int32_t dayfly_gpu_buffer_copy(int32_t encoder, int32_t source, uint64_t source_offset, int32_t target, uint64_t target_offset, uint64_t size);

DAYFLY_GPU(buffer_clear)
int32_t dayfly_gpu_buffer_clear(int32_t encoder, int32_t buffer, uint64_t offset, uint64_t size);

DAYFLY_GPU(query_resolve)
int32_t dayfly_gpu_query_resolve(int32_t encoder, int32_t set, uint32_t first, uint32_t count, int32_t buffer, uint64_t offset);

DAYFLY_GPU(pass_begin)
int32_t dayfly_gpu_pass_begin(int32_t encoder, int32_t set, uint32_t begin, uint32_t end);

DAYFLY_GPU(pass_pipeline)
int32_t dayfly_gpu_pass_pipeline(int32_t pass, int32_t pipeline);

DAYFLY_GPU(pass_bind)
int32_t dayfly_gpu_pass_bind(int32_t pass, uint32_t index, int32_t group, const uint32_t *offsets, uint32_t count);

DAYFLY_GPU(pass_immediates)
int32_t dayfly_gpu_pass_immediates(int32_t pass, uint32_t offset, const void *data, uint32_t length);

DAYFLY_GPU(pass_dispatch)
int32_t dayfly_gpu_pass_dispatch(int32_t pass, uint32_t x, uint32_t y, uint32_t z);

DAYFLY_GPU(pass_dispatch_indirect)
int32_t dayfly_gpu_pass_dispatch_indirect(int32_t pass, int32_t buffer, uint64_t offset);

DAYFLY_GPU(pass_end)
int32_t dayfly_gpu_pass_end(int32_t pass);

DAYFLY_GPU(read_finish)
int32_t dayfly_gpu_read_finish(int32_t ticket, void *out, uint32_t length);

DAYFLY_GPU(error_push)
int32_t dayfly_gpu_error_push(int32_t device, uint32_t filter);

DAYFLY_GPU(error_pop)
int32_t dayfly_gpu_error_pop(int32_t device, uint32_t *kind, void *out, uint32_t room);

DAYFLY_GPU(device_open)
int32_t dayfly_gpu_device_open(uint32_t index, const dayfly_gpu_device *description, uint32_t length);

DAYFLY_GPU(buffer_create)
int32_t dayfly_gpu_buffer_create(int32_t device, uint64_t size, uint32_t usage);

DAYFLY_GPU(shader_create)
int32_t dayfly_gpu_shader_create(int32_t device, const char *wgsl, uint32_t length);

DAYFLY_GPU(pipeline_create)
int32_t dayfly_gpu_pipeline_create(int32_t device, int32_t shader, int32_t layout, const char *entry, uint32_t entry_length, const dayfly_gpu_constant *constants, uint32_t count);

DAYFLY_GPU(pipeline_layout)
int32_t dayfly_gpu_pipeline_layout(int32_t device, const int32_t *layouts, uint32_t count, uint32_t immediates);

DAYFLY_GPU(bind_group_layout)
int32_t dayfly_gpu_bind_group_layout(int32_t device, const dayfly_gpu_slot *entries, uint32_t count);

DAYFLY_GPU(pipeline_get_layout)
int32_t dayfly_gpu_pipeline_get_layout(int32_t pipeline, uint32_t group);

DAYFLY_GPU(bind_group)
int32_t dayfly_gpu_bind_group(int32_t device, int32_t layout, const dayfly_gpu_binding *entries, uint32_t count);

DAYFLY_GPU(query_set)
int32_t dayfly_gpu_query_set(int32_t device, uint32_t count);

DAYFLY_GPU(buffer_write)
int32_t dayfly_gpu_buffer_write(int32_t buffer, uint64_t offset, const void *data, uint32_t length);

DAYFLY_GPU(buffer_read)
int32_t dayfly_gpu_buffer_read(int32_t buffer, uint64_t offset, void *out, uint32_t length);

DAYFLY_GPU(read_start)
int32_t dayfly_gpu_read_start(int32_t buffer, uint64_t offset, uint32_t length);

DAYFLY_GPU(submit)
int32_t dayfly_gpu_submit(int32_t encoder, uint64_t *out);

DAYFLY_GPU(wait)
int32_t dayfly_gpu_wait(int32_t device, uint64_t serial, int64_t time);

#ifdef __cplusplus
}
#endif

#endif
