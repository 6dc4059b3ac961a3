#pragma once

#include <string>

#include "small_run.h"

/// A run of 40 steps, made once a test program: `model()` is its folder.
class TrainedRun {
 public:
  TrainedRun();
  [[nodiscard]] std::string model() const { return (run_.folder() / "a").string(); }
  [[nodiscard]] const SmallRun& run() const { return run_; }
  [[nodiscard]] std::filesystem::path file(const std::string& name) const {
    return run_.folder() / name;
  }

 private:
  SmallRun run_;
};

/// The run that all tests share.
const TrainedRun& trained_run();
