/* y = 2 * x + y for a million numbers on the job's first GPU, by dayfly:gpu/v1. */
#include <stdio.h>
#include <stdlib.h>

#include "dayfly_gpu.h"

#define COUNT (1 << 20)

static const char shader[] =
    "@group(0) @binding(0) var<storage, read> x: array<f32>;\n"
    "@group(0) @binding(1) var<storage, read_write> y: array<f32>;\n"
    "@compute @workgroup_size(256)\n"
    "fn main(@builtin(global_invocation_id) id: vec3u) {\n"
    "    y[id.x] = 2.0 * x[id.x] + y[id.x];\n"
    "}\n";

static float x[COUNT], y[COUNT];

/* What a call gave; one that failed ends the program with its text. */
static int32_t ok(int32_t given) {
    if (given >= 0) return given;
    char text[1024];
    int32_t length = dayfly_gpu_last_error(text, sizeof text);
    if (length > (int32_t)sizeof text) length = sizeof text;
    fprintf(stderr, "%.*s\n", (int)length, text);
    exit(1);
}

/* A buffer with these numbers. */
static int32_t storage(int32_t device, const float *numbers) {
    const uint32_t usage = DAYFLY_GPU_STORAGE | DAYFLY_GPU_COPY_SRC | DAYFLY_GPU_COPY_DST;
    int32_t buffer = ok(dayfly_gpu_buffer_create(device, sizeof x, usage));
    ok(dayfly_gpu_buffer_write(buffer, 0, numbers, sizeof x));
    return buffer;
}

int main(void) {
    for (int i = 0; i < COUNT; i++) {
        x[i] = (float)i;
        y[i] = 1;
    }
    int32_t device = ok(dayfly_gpu_device_open(0, NULL, 0));
    int32_t module = ok(dayfly_gpu_shader_create(device, shader, sizeof shader - 1));
    int32_t pipeline = ok(dayfly_gpu_pipeline_create(device, module, 0, NULL, 0, NULL, 0));

    const dayfly_gpu_binding bindings[] = {
        {.binding = 0, .buffer = storage(device, x)},
        {.binding = 1, .buffer = storage(device, y)},
    };
    int32_t layout = ok(dayfly_gpu_pipeline_get_layout(pipeline, 0));
    int32_t group = ok(dayfly_gpu_bind_group(device, layout, bindings, 2));

    int32_t encoder = ok(dayfly_gpu_encoder(device));
    int32_t pass = ok(dayfly_gpu_pass_begin(encoder, 0, DAYFLY_GPU_NO_QUERY, DAYFLY_GPU_NO_QUERY));
    ok(dayfly_gpu_pass_pipeline(pass, pipeline));
    ok(dayfly_gpu_pass_bind(pass, 0, group, NULL, 0));
    ok(dayfly_gpu_pass_dispatch(pass, COUNT / 256, 1, 1));
    ok(dayfly_gpu_pass_end(pass));
    ok(dayfly_gpu_submit(encoder, NULL));
    ok(dayfly_gpu_buffer_read(bindings[1].buffer, 0, y, sizeof y));

    /* Each is 2 * i + 1, which a float of 32 bits holds exactly. */
    for (int i = 0; i < COUNT; i++) {
        if (y[i] != 2 * (float)i + 1) {
            fprintf(stderr, "number %d is wrong: the GPU says %f\n", i, (double)y[i]);
            return 1;
        }
    }
    printf("%d numbers are right\n", COUNT);
    return 0;
}
