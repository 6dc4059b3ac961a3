#include "app/torch_support/resume_choice.h"

#include <fmt/format.h>

#include "app/torch_support/checkpoint_choice.h"
#include "error/error.h"

namespace assay::app {

namespace fs = std::filesystem;

namespace {

bool is_run(const fs::path& folder) { return fs::exists(folder / "manifest.json"); }

void require_same_model(const fs::path& checkpoint, const CheckpointState& state,
                        const ResumeIdentity& identity) {
  const auto refuse = [&](const char* what, const std::string& found, const std::string& wanted) {
    throw DataError(fmt::format("[checkpoint] it is of another {}: {}: {} (this run: {})", what,
                                checkpoint.string(), found, wanted));
  };
  if (state.tokenizer != identity.tokenizer) {
    refuse("tokenizer", state.tokenizer, identity.tokenizer);
  }
  if (state.precision != identity.precision) {
    refuse("precision", state.precision, identity.precision);
  }
  if (state.model_toml != identity.model_toml) {
    throw DataError(
        fmt::format("[checkpoint] it is of another model: {} (its [model] is in "
                    "state.json)",
                    checkpoint.string()));
  }
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

/// Throws DataError unless the checkpoint is whole and this run's.
CheckpointState accept(const fs::path& checkpoint, const ResumeIdentity& identity) {
  CheckpointState state = verify_checkpoint(checkpoint);
  require_same_model(checkpoint, state, identity);
  return state;
}

ResumeChoice choose_auto(const TrainOptions& options, const ResumeIdentity& identity) {
  ResumeChoice choice{.run_dir = options.out, .continues_run = is_run(options.out)};
  if (!choice.continues_run) return choice;
  const CheckpointStore store(options.out / "checkpoints", {});
  choice.checkpoint = store.newest_accepted(
      [](const fs::path& checkpoint) { (void)verify_checkpoint(checkpoint); },
      [&](const std::string& warning) { choice.warnings.push_back("passed over: " + warning); });
  if (choice.checkpoint) {
    require_same_model(*choice.checkpoint, read_checkpoint_state(*choice.checkpoint), identity);
  }
  return choice;
}

ResumeChoice choose_named(const TrainOptions& options, const fs::path& fresh_dir,
                          const ResumeIdentity& identity) {
  const fs::path checkpoint = fs::absolute(named_checkpoint(options.resume)).lexically_normal();
  const fs::path its_run = checkpoint.parent_path().parent_path();
  const CheckpointState state = accept(checkpoint, identity);
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
  if (options.resume == "auto") choice = choose_auto(options, identity);
  if (!options.resume.empty() && options.resume != "auto") {
    choice = choose_named(options, fresh_dir, identity);
  }
  if (choice.checkpoint) {
    warn_of_other_data(*choice.checkpoint, read_checkpoint_state(*choice.checkpoint), identity,
                       choice.warnings);
  }
  return choice;
}

}  // namespace assay::app
