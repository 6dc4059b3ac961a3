#include "app/torch_support/progress_display.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace assay::app {

namespace {

constexpr std::chrono::milliseconds kTerminalPeriod{100};
constexpr std::chrono::milliseconds kPlainPeriod{5000};
constexpr int kBarWidth = 24;
constexpr double kSmoothing = 0.95;

std::string clock_text(double seconds) {
  const auto total = static_cast<int64_t>(std::max(0.0, seconds));
  if (total < 3600) return fmt::format("{}:{:02}", total / 60, total % 60);
  return fmt::format("{}:{:02}:{:02}", total / 3600, total / 60 % 60, total % 60);
}

std::string bar(int64_t step, int64_t num_steps) {
  const auto full = static_cast<int>(kBarWidth * step / std::max<int64_t>(num_steps, 1));
  return std::string(static_cast<size_t>(full), '#') +
         std::string(static_cast<size_t>(kBarWidth - full), '.');
}

double smooth(double old, double value) {
  if (old == 0 || !std::isfinite(value)) return std::isfinite(value) ? value : old;
  return kSmoothing * old + (1 - kSmoothing) * value;
}

/// Columns of the terminal now; a line that is longer would wrap and could not be drawn over.
size_t terminal_columns() {
  winsize size{};
  const bool is_known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : 80;
}

}  // namespace

ProgressDisplay::ProgressDisplay(int64_t num_steps, bool on_terminal)
    : num_steps_(num_steps), on_terminal_(on_terminal) {}

void ProgressDisplay::consume(const RunItem& item) noexcept {
  try {
    if (const auto* step = std::get_if<StepRecord>(&item)) show(*step);
    if (const auto* event = std::get_if<RunEvent>(&item)) show(*event);
  } catch (...) {  // a display that fails must not stop a run
  }
}

void ProgressDisplay::finish() noexcept {
  if (line_is_open_) std::fputc('\n', stderr);
  line_is_open_ = false;
}

void ProgressDisplay::show(const StepRecord& step) {
  smoothed_loss_ = smooth(smoothed_loss_, step.loss);
  smoothed_step_s_ = smooth(smoothed_step_s_, step.profile.wall.value());
  if (step.skipped) print(fmt::format("step {}: not finite, update skipped", step.step));
  const auto now = Clock::now();
  const bool is_edge = step.step == 1 || step.step == num_steps_;
  if (!is_edge && now - last_shown_ < (on_terminal_ ? kTerminalPeriod : kPlainPeriod)) return;
  last_shown_ = now;
  const double left_s = static_cast<double>(num_steps_ - step.step) * smoothed_step_s_;
  const std::string text = fmt::format(
      "step {}/{}  loss {:.3f} nats/token  {:.0f} tokens/s  {} left", step.step, num_steps_,
      smoothed_loss_, step.tokens.value() / smoothed_step_s_, clock_text(left_s));
  if (on_terminal_) {
    draw(fmt::format("[{}] {}", bar(step.step, num_steps_), text));
  } else {
    print(text);
  }
}

void ProgressDisplay::show(const RunEvent& event) {
  if (event.kind == "warning") print("warning: " + event.message);
  if (event.kind == "eval" && event.value) {
    print(fmt::format("step {}: validation loss {:.4f} nats/token ({})", event.step, *event.value,
                      event.message));
  }
  if (event.kind == "checkpoint" && !on_terminal_) {
    print(fmt::format("step {}: {} written", event.step, event.message));
  }
}

void ProgressDisplay::draw(const std::string& line) {
  std::fprintf(stderr, "\r\033[K%s", line.substr(0, terminal_columns() - 1).c_str());
  std::fflush(stderr);
  line_is_open_ = true;
}

void ProgressDisplay::print(const std::string& line) {
  std::fprintf(stderr, "%s%s\n", line_is_open_ ? "\r\033[K" : "", line.c_str());
  line_is_open_ = false;
}

}  // namespace assay::app
