#pragma once

// One copy of each function for AVX-512, AVX2 with FMA and the x86-64 baseline, chosen by what the
// processor can do, not by its name ("arch=skylake-avx512" would be refused on every AMD
// processor). The loops carry `omp simd`, which lets sums be taken in vector lanes; CMakeLists.txt
// has the flags without which loops with a choice are not vectorised. With these flags a comparison
// with NaN may go either way; the only ones are in fast_exp and in the largest logit.
#define ASSAY_FOR_EACH_CPU \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
