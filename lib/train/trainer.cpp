#include "train/trainer.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>
#include <utility>

#include "error/error.h"
#include "train/schedule.h"

namespace assay {

namespace {

constexpr int64_t kMaxBadStepsInARow = 3;
/// How far the host may be ahead of a device whose steps are one launch each: stops, checks and bad
/// steps must not come late.
constexpr size_t kMaxStepsUnderWay = 4;

/// Measures host time from its making.
class Stopwatch {
 public:
  [[nodiscard]] Seconds elapsed() const {
    return Seconds(std::chrono::duration<double>(Clock::now() - start_).count());
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

}  // namespace

Trainer::Trainer(const StepParts& parts, const Options& options, TrainerHooks hooks,
                 CheckpointStore& store, CheckpointState identity, CheckpointTensors tensors,
                 StepSink& sink)
    : parts_(parts),
      options_(options),
      runner_(parts, options.train.graphs, make_side_stream(parts.device)),
      hooks_(std::move(hooks)),
      store_(store),
      tensors_(std::move(tensors)),
      sink_(sink),
      state_(std::move(identity)) {}

void Trainer::resume(const CheckpointState& state) {
  state_.step = state.step;
  state_.bad_steps_in_a_row = state.bad_steps_in_a_row;
  state_.learning_rate = state.learning_rate;
  state_.totals = state.totals;
  first_step_ = state.step + 1;
  last_checkpoint_step_ = state.step;
  energy_before_ = state.totals.energy;
  idle_before_s_ = state.totals[RunState::kIdle].value();
  for (const RunState run_state : kRunStates) {
    if (run_state != RunState::kIdle) states_before_ += state.totals[run_state];
  }
}

TrainResult Trainer::run(const StopToken& stop) {
  const double now = options_.clock.now_unix_s();
  const Seconds startup(now - options_.process_start_unix_s);
  state_.totals[RunState::kStartup] += startup;
  sink_.consume(RunEvent{.time_unix_s = now, .kind = "startup", .duration = startup});
  last_checkpoint_ = std::chrono::steady_clock::now();
  parts_.profiler.pair_clocks();
  while (!is_last() && !stop.requested()) {
    train_one();
    hooks_.check();
    const int64_t every = options_.train.eval_every;
    if (every > 0 && state_.step % every == 0 && !is_last()) evaluate(options_.train.eval_tokens);
    if (checkpoint_is_due() && !is_last()) write_checkpoint();
  }
  drain();
  if (is_last()) give_up_without_a_finite_step();
  result_.step = state_.step;
  result_.stop_reason = is_last() ? StopReason::kNone : stop.reason();
  if (last_checkpoint_step_ != state_.step) write_checkpoint();
  if (is_last()) evaluate(options_.train.final_eval_tokens);
  update_totals();
  hooks_.check();
  return result_;
}

void Trainer::train_one() {
  const int64_t step = ++state_.step;
  state_.learning_rate = learning_rate(options_.schedule, step, options_.train.steps);
  pending_.push_back(runner_.run(step, state_.learning_rate));
  tell_of_graphs();
  if (pending_.size() > kMaxStepsUnderWay) parts_.profiler.wait_for_oldest();
  publish_finished();
}

void Trainer::tell_of_graphs() {
  const StepLaunches& now = runner_.launches();
  if (now.recorded > told_.recorded) {
    emit("graph", now.recording - told_.recording, std::nullopt,
         times_layers(parts_, state_.step) ? "this step and others whose layers are timed"
                                           : "this step and those after it");
  }
  if (now.fallback != told_.fallback) {
    emit("warning", std::nullopt, std::nullopt,
         "steps go operator by operator, not as a recorded graph: " + now.fallback);
  }
  if (now.recorded != told_.recorded || now.fallback != told_.fallback) told_ = now;
}

void Trainer::publish_finished() {
  while (const std::optional<StepProfile> profile = parts_.profiler.take_finished()) {
    StepRecord record = pending_.front().read(*profile, options_.clock.now_unix_s());
    pending_.pop_front();
    record.stage = options_.stage;
    record.warmup = record.step == first_step_;
    count(record);
    if (hooks_.timeline) hooks_.timeline(record.step, parts_.profiler.timeline());
    sink_.consume(record);
    give_up_on_bad_steps();
  }
}

void Trainer::drain() {
  parts_.profiler.finish();
  publish_finished();
  check(pending_.empty(), "[train] a finished step was not read");
  parts_.profiler.pair_clocks();
}

void Trainer::count(const StepRecord& record) {
  state_.totals.tokens += std::llround(record.tokens.value());
  state_.totals[RunState::kProductive] += record.profile.wall;
  state_.totals.skipped_steps += record.skipped ? 1 : 0;
  state_.bad_steps_in_a_row = record.skipped ? state_.bad_steps_in_a_row + 1 : 0;
  result_.loss = record.loss;
}

void Trainer::give_up_on_bad_steps() const {
  if (state_.bad_steps_in_a_row < kMaxBadStepsInARow) return;
  throw TrainingError(fmt::format(
      "[train] {} steps in a row were not finite, none of them was applied: the last is step {}; "
      "last checkpoint: {} (a lower schedule.lr or a smaller optimizer.grad_clip helps most often)",
      kMaxBadStepsInARow, state_.step,
      result_.checkpoint.empty() ? "none" : result_.checkpoint.string()));
}

void Trainer::give_up_without_a_finite_step() const {
  if (state_.totals.skipped_steps < state_.step) return;
  throw TrainingError(
      fmt::format("[train] no step was finite, none was applied: the run has {}; the weights are "
                  "what they were at the start",
                  state_.step));
}

void Trainer::evaluate(int64_t max_tokens) {
  drain();
  const Stopwatch watch;
  const double loss = hooks_.evaluate(max_tokens);
  const Seconds duration = watch.elapsed();
  state_.totals[RunState::kEval] += duration;
  if (is_last()) result_.validation_loss = loss;
  emit("eval", duration, loss,
       max_tokens == 0 ? "all validation data"
                       : fmt::format("the first {} tokens of the validation data", max_tokens));
}

bool Trainer::checkpoint_is_due() const {
  const CheckpointConfig& config = options_.checkpoint;
  if (config.every_steps > 0 && state_.step % config.every_steps == 0) return true;
  const Seconds since(
      std::chrono::duration<double>(std::chrono::steady_clock::now() - last_checkpoint_).count());
  return config.every_time > Seconds() && since >= config.every_time;
}

void Trainer::write_checkpoint() {
  drain();
  update_totals();
  const Stopwatch watch;
  result_.checkpoint = store_.write(state_, tensors_);
  const Seconds duration = watch.elapsed();
  state_.totals[RunState::kCheckpoint] += duration;
  emit("checkpoint", duration, std::nullopt,
       fmt::format("checkpoints/{}", result_.checkpoint.filename().string()));
  last_checkpoint_ = std::chrono::steady_clock::now();
  last_checkpoint_step_ = state_.step;
}

void Trainer::update_totals() {
  RunTotals& totals = state_.totals;
  Seconds busy = Seconds() - states_before_;
  for (const RunState run_state : kRunStates) {
    if (run_state != RunState::kIdle) busy += totals[run_state];
  }
  const Seconds held(options_.clock.now_unix_s() - options_.process_start_unix_s);
  totals[RunState::kIdle] = Seconds(idle_before_s_ + std::max(0.0, (held - busy).value()));
  if (const std::optional<Joules> used = hooks_.energy()) {
    totals.energy = energy_before_.value_or(Joules()) + *used;
  }
}

void Trainer::emit(std::string kind, std::optional<Seconds> duration, std::optional<double> value,
                   std::string message) {
  sink_.consume(RunEvent{.time_unix_s = options_.clock.now_unix_s(),
                         .kind = std::move(kind),
                         .step = state_.step,
                         .duration = duration,
                         .value = value,
                         .message = std::move(message)});
}

}  // namespace assay
