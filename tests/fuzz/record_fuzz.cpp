#include "foreign_bytes.h"
#include "record/probe_record.h"
#include "record/record_json.h"

namespace {
constexpr uint8_t kProbeReader = 4;
}  // namespace

// The first byte chooses the reader; what it takes must survive being written and read again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  return assay::read_foreign_bytes(data + 1, size - 1, [data](std::string_view text) {
    const auto same = [](const std::string& a, const std::string& b) {
      if (a != b) __builtin_trap();
    };
    if (data[0] == kProbeReader) {
      const std::string probe = to_json_text(assay::parse_probe(text, "fuzz"));
      return same(probe, to_json_text(assay::parse_probe(probe, "fuzz")));
    }
    switch (data[0] % 4) {
      case 0: {
        const std::string line = to_json_line(assay::parse_step(text, "fuzz"));
        return same(line, to_json_line(assay::parse_step(line, "fuzz")));
      }
      case 1: {
        const std::string line = to_json_line(assay::parse_energy_sample(text, "fuzz"));
        return same(line, to_json_line(assay::parse_energy_sample(line, "fuzz")));
      }
      case 2: {
        const std::string line = to_json_line(assay::parse_run_event(text, "fuzz"));
        return same(line, to_json_line(assay::parse_run_event(line, "fuzz")));
      }
      default: {
        const std::string manifest = to_json_text(assay::parse_manifest(text, "fuzz"));
        return same(manifest, to_json_text(assay::parse_manifest(manifest, "fuzz")));
      }
    }
  });
}
