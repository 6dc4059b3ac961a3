#include "app/torch_support/stop_signals.h"

#include <atomic>

namespace assay::app {

namespace {

// A signal handler reaches nothing but globals.
std::atomic<StopToken*> token_of_handler = nullptr;

void on_signal(int /*number*/) {
  if (StopToken* token = token_of_handler.load()) token->request(StopReason::kPreempted);
}

}  // namespace

StopSignals::StopSignals(StopToken& token) {
  token_of_handler = &token;
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;  // the second one is the default
  sigaction(SIGTERM, &action, &old_term_);
  sigaction(SIGINT, &action, &old_int_);
  signal(SIGXFSZ, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
}

StopSignals::~StopSignals() {
  sigaction(SIGTERM, &old_term_, nullptr);
  sigaction(SIGINT, &old_int_, nullptr);
  token_of_handler = nullptr;
}

}  // namespace assay::app
