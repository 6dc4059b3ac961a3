// Runs as compare_runs takes them, made without a file.
#pragma once

#include "audit/comparison/run_comparison.h"
#include "tests/audit/audited.h"

namespace assay::audit {

struct MadeRun {
  std::string model = "dense";
  uint64_t seed = 1;
  double step_seconds = 1;
  double speed = 1;  ///< how fast the loss falls in steps
};

// Loss 4 - speed * log2(step / 10) at steps 10, 20, 40 ... 320.
inline RunRecord made_run(const MadeRun& made) {
  RunRecord run;
  run.dir = made.model + "-" + std::to_string(made.seed);
  RunManifest manifest;
  manifest.model_id = made.model;
  manifest.config_toml = "[run]\nteam = \"x\"\n[model]\nfamily = \"" + made.model +
                         "\"\n[train]\nseed = " + std::to_string(made.seed) + "\n";
  manifest.seed = made.seed;
  manifest.tokenizer = "bytes-v1";
  manifest.data = {{.path = "train.tok", .size = 1, .sha256 = "aa"}};
  manifest.devices = {{.kind = "cpu", .name = "a processor"}};
  manifest.num_threads = 2;
  manifest.price_text = "0.10 USD/gpu_h";
  manifest.price_source = "test";
  run.manifests = {manifest};
  for (int64_t step = 1; step <= 320; ++step) {
    StepRecord record;
    record.step = step;
    record.tokens = Tokens(100);
    record.profile.wall = Seconds(made.step_seconds);
    run.steps.push_back(record);
  }
  double loss = 4;
  for (int64_t step = 10; step <= 320; step *= 2, loss -= made.speed / 4) {
    run.events.push_back({.kind = "eval", .step = step, .value = loss, .message = "a part"});
  }
  return run;
}

// The message that a comparison is refused with; empty where it is not.
inline std::string refusal(const std::vector<RunRecord>& runs) {
  try {
    (void)compare_runs(runs);
  } catch (const DataError& error) {
    return error.what();
  }
  return {};
}

}  // namespace assay::audit
