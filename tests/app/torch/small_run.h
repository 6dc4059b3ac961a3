#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

/// A folder with a text and a run config that trains a gpt2 of 20,000 parameters in a second. It
/// goes away with the test.
class SmallRun {
 public:
  SmallRun();
  ~SmallRun();
  SmallRun(const SmallRun&) = delete;
  SmallRun& operator=(const SmallRun&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::filesystem::path config() const { return folder_ / "run.toml"; }
  [[nodiscard]] std::filesystem::path text() const { return folder_ / "text.txt"; }
  /// `train --config ... --out <folder>/<out>` and `more`.
  [[nodiscard]] std::vector<std::string> train(const std::string& out,
                                               std::vector<std::string> more = {}) const;

  /// What the step lines of a run say, by step: the last line of a step counts. Only keys that do
  /// not depend on time.
  [[nodiscard]] std::map<int64_t, nlohmann::json> steps(const std::string& out) const;
  /// Lines in steps.jsonl; 0 where there is none.
  [[nodiscard]] size_t num_step_lines(const std::string& out) const;
  [[nodiscard]] std::vector<nlohmann::json> events(const std::string& out) const;
  /// state.json of a checkpoint.
  [[nodiscard]] nlohmann::json state(const std::string& out, int64_t step) const;
  /// Names under checkpoints/, sorted.
  [[nodiscard]] std::vector<std::string> checkpoints(const std::string& out) const;

 private:
  std::filesystem::path folder_;
};
