#pragma once

#include <iostream>

#include "audit/output/number_text.h"
#include "error/error.h"

namespace assay::app {

/// What cannot be read or judged among what a command line names: told at once, one line each, so
/// that one bad file does not hide the others.
class DataFaults {
 public:
  /// Runs `step`; a DataError of it goes to the standard error and is remembered.
  template <class Step>
  void guard(const Step& step) {
    try {
      step();
    } catch (const DataError& error) {
      std::cerr << "assay: " << audit::printable(error.what()) << "\n";
      any_ = true;
    }
  }

  /// True after any fault: the command exits 3.
  [[nodiscard]] bool any() const { return any_; }

 private:
  bool any_ = false;
};

}  // namespace assay::app
