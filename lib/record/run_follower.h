#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "record/run_manifest.h"
#include "record/step_record.h"

namespace assay {

/// Reads what a run writes while it writes it: each call gives the whole lines that came since the
/// last one. A torn last line waits for its end. Memory does not grow with the run.
class RunFollower {
 public:
  /// Throws: DataError where `dir` is not a run.
  explicit RunFollower(std::filesystem::path dir);

  /// Items since the last call; those of one file in order, steps after energy and before events.
  /// Throws: DataError with file and line where a whole line is broken or a file got shorter.
  std::vector<RunItem> poll();
  /// The manifest of the process that wrote last.
  [[nodiscard]] const RunManifest& manifest() const { return manifest_; }
  /// How many processes of the run there were.
  [[nodiscard]] int num_attempts() const { return num_attempts_; }

 private:
  struct Place {
    int64_t bytes = 0;
    int64_t lines = 0;
  };
  void read_newest_manifest();
  template <class Take>
  void read_new_lines(const std::filesystem::path& file, const Take& take);

  std::filesystem::path dir_;
  RunManifest manifest_;
  int num_attempts_ = 0;
  std::map<std::string, Place> places_;
};

}  // namespace assay
