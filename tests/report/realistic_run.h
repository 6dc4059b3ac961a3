#pragma once

#include <filesystem>
#include <string>

#include "audit/verdict.h"
#include "report/report_input.h"

namespace assay::test {

/// What a made-up run has beside its steps.
struct RunOptions {
  std::string run_id = "quickstart";
  int64_t num_steps = 400;
  bool killed_once = true;  ///< killed after `kill_after`, resumed from `resume_from`
  int64_t kill_after = 150;
  int64_t resume_from = 120;
  int64_t eval_every = 50;
  int64_t checkpoint_every = 60;
  bool energy = true;
  bool price = true;
  double speed = 1.0;
};

/// Writes a run directory that looks like a small mixture-of-experts run on a CPU. The figures are
/// made up, and only tests read them.
void write_realistic_run(const std::filesystem::path& dir, const RunOptions& options);

/// The report of such a run, with a measured ceiling and a small olmoe spec.
RunReport realistic_report(const std::filesystem::path& dir);

/// A claim with one check of each result and every field filled.
Verdict realistic_verdict();

}  // namespace assay::test
