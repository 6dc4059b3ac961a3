#pragma once

#include <filesystem>
#include <string>

#include "record/run_manifest.h"
#include "record/step_record.h"

namespace assay::test {

/// A folder of its own for one test, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

RunManifest small_manifest(double started_unix_s, int64_t resumed_at_step = 0);
/// A step of one second that ends at `time_unix_s`.
StepRecord second_step(int64_t step, double time_unix_s);
RunEvent event(std::string kind, int64_t step, double time_unix_s, double duration_s);

std::string read_text(const std::filesystem::path& path);
void write_text(const std::filesystem::path& path, const std::string& text);

}  // namespace assay::test
