// Lets MKL use its AVX2 and AVX-512 kernels on processors that are not Intel's.
//
// Why: the MKL inside LibTorch asks this function, not the processor's features, whether it may
// take its fast fp32 path, and runs at less than half speed on AMD processors otherwise (about 200
// instead of 440 GFLOP/s on two cores). The program exports this definition, so the dynamic linker
// prefers it to MKL's. It is an undocumented hook: with ASSAY_MKL_HOOK=off in the environment MKL's
// own answer is given. Results differ in the last bits between the two, so the manifest records the
// variable.

#include <cstdlib>
#include <string_view>

#include <dlfcn.h>

extern "C" int mkl_serv_intel_cpu_true() {
  static const int answer = [] {
    const char* setting = std::getenv("ASSAY_MKL_HOOK");
    if (setting == nullptr || std::string_view(setting) != "off") return 1;
    using Ask = int (*)();
    const auto mkl = reinterpret_cast<Ask>(dlsym(RTLD_NEXT, "mkl_serv_intel_cpu_true"));
    return mkl == nullptr ? 0 : mkl();
  }();
  return answer;
}
