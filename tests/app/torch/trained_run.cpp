#include "trained_run.h"

#include <stdexcept>

#include "program.h"

TrainedRun::TrainedRun() {
  const ProgramResult done =
      run_assay(run_.train("a", {"--set", "train.steps=40", "--set", "sample.tokens=0"}));
  if (done.exit_code != 0) throw std::runtime_error(done.err);
}

const TrainedRun& trained_run() {
  static const TrainedRun kRun;
  return kRun;
}
