#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

#include "realistic_run.h"
#include "report/build_document.h"

namespace assay::report {

/// A folder for runs under the system's temporary folder, removed with this object.
class RunFolder {
 public:
  RunFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "assay-report-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~RunFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  RunReport report(const std::string& name, const test::RunOptions& options) const {
    test::write_realistic_run(path_ / name, options);
    return test::realistic_report(path_ / name);
  }

 private:
  std::filesystem::path path_;
};

/// What `assay report` would read of one run and one claim.
inline ReportInput one_run(const RunFolder& folder, const test::RunOptions& options = {}) {
  ReportInput input;
  input.runs.push_back(folder.report("a", options));
  input.verdicts = {test::realistic_verdict()};
  input.registry_hash = std::string(64, '5');
  input.command = "assay report runs/a --audit test-claim";
  input.generated_utc = "2026-01-02T04:00:00Z";
  return input;
}

}  // namespace assay::report
