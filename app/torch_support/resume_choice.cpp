#include "app/torch_support/resume_choice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/torch_support/checkpoint_choice.h"
#include "error/error.h"
#include "record/run_record.h"
#include "specs/model_agreement.h"
#include "train/stored_optimizer.h"

namespace assay::app {

namespace fs = std::filesystem;

namespace {

bool is_run(const fs::path& folder) { return fs::exists(folder / "manifest.json"); }

/// Throws DataError where the checkpoint is of another model; gives the keys that its model was
/// taken to have at their defaults.
std::vector<std::string> require_same_model(const fs::path& checkpoint,
                                            const CheckpointState& state,
                                            const ResumeIdentity& identity) {
  const auto refuse = [&](const char* what, const std::string& found, const std::string& wanted) {
    throw DataError(fmt::format("[checkpoint] it is of another {}: {}: {} (this run: {})", what,
                                checkpoint.string(), found, wanted));
  };
  if (state.tokenizer != identity.tokenizer) {
    refuse("tokenizer", state.tokenizer, identity.tokenizer);
  }
  const std::string precision(to_string(identity.precision));
  if (state.precision != precision) refuse("precision", state.precision, precision);
  const ModelAgreement agreement = compare_models(
      state.model_toml, (checkpoint / "state.json").string() + ": model_toml", identity.model);
  if (!agreement.same) {
    throw DataError(
        fmt::format("[checkpoint] it is of another model: {} (its [model] is in state.json; it "
                    "and this run's differ in: {})",
                    checkpoint.string(), agreement.difference));
  }
  return agreement.assumed;
}

/// Throws DataError where the optimizer of the checkpoint keeps something else than that of the
/// run.
void require_same_optimizer(const fs::path& checkpoint, const ResumeIdentity& identity) {
  const auto difference = optimizer_difference(read_stored_optimizer(checkpoint),
                                               identity.optimizer, identity.precision);
  if (!difference) return;
  throw DataError(fmt::format("[checkpoint] it is of another optimizer: {}: {}",
                              checkpoint.string(), *difference));
}

/// Says which keys of [model] an older program did not write.
void warn_of_assumed_keys(const fs::path& checkpoint, const std::vector<std::string>& assumed,
                          std::vector<std::string>& warnings) {
  if (assumed.empty()) return;
  warnings.push_back(fmt::format(
      "{} was written before [model] had {}: taken at the default, as that program computed",
      checkpoint.filename().string(), fmt::join(assumed, ", ")));
}

void warn_of_other_data(const fs::path& checkpoint, const CheckpointState& state,
                        const ResumeIdentity& identity, std::vector<std::string>& warnings) {
  const auto compare = [&](const char* what, auto found, auto wanted) {
    if (found == wanted) return;
    warnings.push_back(
        fmt::format("{} was {} up to {} and is {} from here on: this is not the run "
                    "it would have been",
                    what, found, checkpoint.filename().string(), wanted));
  };
  compare("train.seed", state.seed, identity.seed);
  compare("micro_batch x grad_accum", state.sequences_per_step, identity.sequences_per_step);
  compare("train.seq_len", state.seq_len, identity.seq_len);
}

ResumeChoice choose_auto(const TrainOptions& options) {
  ResumeChoice choice{.run_dir = options.out, .continues_run = is_run(options.out)};
  if (!choice.continues_run) return choice;
  const CheckpointStore store(options.out / "checkpoints", {});
  choice.checkpoint = store.newest_accepted(
      [](const fs::path& checkpoint) { (void)verify_checkpoint(checkpoint); },
      [&](const std::string& warning) { choice.warnings.push_back("passed over: " + warning); });
  return choice;
}

ResumeChoice choose_named(const TrainOptions& options, const fs::path& fresh_dir) {
  const fs::path checkpoint = fs::absolute(named_checkpoint(options.resume)).lexically_normal();
  const fs::path its_run = checkpoint.parent_path().parent_path();
  (void)verify_checkpoint(checkpoint);
  ResumeChoice choice{.checkpoint = checkpoint};
  if (!options.out.empty()) {
    choice.run_dir = options.out;
  } else {
    choice.run_dir = is_run(its_run) ? its_run : fresh_dir;
  }
  choice.continues_run = is_run(choice.run_dir) && fs::equivalent(choice.run_dir, its_run);
  return choice;
}

}  // namespace

ResumeChoice choose_resume(const TrainOptions& options, const fs::path& fresh_dir,
                           const ResumeIdentity& identity) {
  ResumeChoice choice{.run_dir = options.out.empty() ? fresh_dir : options.out};
  if (options.resume == "auto") choice = choose_auto(options);
  if (!options.resume.empty() && options.resume != "auto") {
    choice = choose_named(options, fresh_dir);
  }
  if (!choice.continues_run && is_run(choice.run_dir)) {
    throw DataError(fmt::format(
        "[record] this folder already holds a run: {} (with --resume auto it continues)",
        choice.run_dir.string()));
  }
  const fs::path around = fs::absolute(choice.run_dir).lexically_normal().parent_path();
  if (is_run(around)) {
    throw DataError(fmt::format("[record] a run's folder cannot hold another run: {} is in {}",
                                choice.run_dir.string(), around.string()));
  }
  if (choice.checkpoint) {
    const CheckpointState state = read_checkpoint_state(*choice.checkpoint);
    warn_of_assumed_keys(*choice.checkpoint,
                         require_same_model(*choice.checkpoint, state, identity), choice.warnings);
    require_same_optimizer(*choice.checkpoint, identity);
    warn_of_other_data(*choice.checkpoint, state, identity, choice.warnings);
  }
  return choice;
}

bool is_finished(const ResumeChoice& resume, int64_t resumed_at, int64_t num_steps) {
  if (!resume.continues_run || !resume.checkpoint || resumed_at < num_steps) return false;
  const RunRecord record = read_run(resume.run_dir, StepDetail::kTotals);
  return !record.events.empty() && record.events.back().kind == "stop" &&
         record.events.back().message == "finished";
}

void expect_steps_left(const ResumeChoice& resume, int64_t resumed_at, int64_t num_steps) {
  // A run that was killed after its last step still has its end to do.
  const bool is_last_step = resume.continues_run && resumed_at == num_steps;
  if (!resume.checkpoint || resumed_at < num_steps || is_last_step) return;
  throw ConfigError(
      fmt::format("[train] nothing is left to do: {} has {} steps and train.steps is {} (to go "
                  "on: --set train.steps=N, N above {})",
                  resume.checkpoint->string(), resumed_at, num_steps, resumed_at));
}

}  // namespace assay::app
