// A tool for NVTX: NVTX loads the library that NVTX_INJECTION64_PATH names and takes its functions.
// It writes every range to the file that ASSAY_FAKE_NVTX names, one word a line: "+name" where one
// opens, "-" where one closes.
#include <nvtx3/nvToolsExt.h>

#include <cstdio>
#include <cstdlib>

namespace {

std::FILE* ranges() {
  static std::FILE* const file = std::fopen(std::getenv("ASSAY_FAKE_NVTX"), "w");
  return file;
}

int push(const char* name) {
  std::fprintf(ranges(), "+%s\n", name);
  return 0;
}

int pop() {
  std::fputs("-\n", ranges());
  return 0;
}

}  // namespace

extern "C" int InitializeInjectionNvtx2(NvtxGetExportTableFunc_t get_table) {
  const auto* callbacks =
      static_cast<const NvtxExportTableCallbacks*>(get_table(NVTX_ETID_CALLBACKS));
  NvtxFunctionTable table = nullptr;
  unsigned size = 0;
  if (callbacks == nullptr ||
      callbacks->GetModuleFunctionTable(NVTX_CB_MODULE_CORE, &table, &size) == 0 ||
      size <= NVTX_CBID_CORE_RangePop) {
    return 0;
  }
  *table[NVTX_CBID_CORE_RangePushA] = reinterpret_cast<NvtxFunctionPointer>(push);
  *table[NVTX_CBID_CORE_RangePop] = reinterpret_cast<NvtxFunctionPointer>(pop);
  return 1;
}
