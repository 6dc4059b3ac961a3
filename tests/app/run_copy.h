#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

/// A copy of the small run of tests/golden, which was resumed once. It goes away with the test.
class RunCopy {
 public:
  RunCopy() {
    std::string name =
        (std::filesystem::temp_directory_path() / "assay-report-cli-XXXXXX").string();
    path_ = mkdtemp(name.data());
    std::filesystem::copy(ASSAY_SOURCE_DIR "/tests/golden/run", run(),
                          std::filesystem::copy_options::recursive);
  }
  ~RunCopy() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  RunCopy(const RunCopy&) = delete;
  RunCopy& operator=(const RunCopy&) = delete;
  [[nodiscard]] std::filesystem::path run() const { return path_ / "run"; }

 private:
  std::filesystem::path path_;
};

inline std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}
