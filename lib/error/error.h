#pragma once

#include <stdexcept>
#include <string>

namespace assay {

/// The process exit codes of every `assay` command; part of the command contract.
enum class ExitCode : int {
  kFine = 0,
  kFinding = 1,
  kConfig = 2,
  kData = 3,
  kDevice = 4,
  kTrainingGaveUp = 5,
  kStorage = 6,
  kBudget = 7,
  kInternal = 70,
  kPreempted = 75,
};

/// Something that ends the work. The message reads `[module] fact that failed: values`.
/// Each named kind below has one exit code; `main` is the only place that catches them all.
class Error : public std::runtime_error {
 public:
  [[nodiscard]] ExitCode exit_code() const { return exit_code_; }

 protected:
  Error(ExitCode exit_code, const std::string& message)
      : std::runtime_error(message), exit_code_(exit_code) {}

 private:
  ExitCode exit_code_;
};

/// The command line or the run config is wrong (exit 2).
class ConfigError : public Error {
 public:
  explicit ConfigError(const std::string& message) : Error(ExitCode::kConfig, message) {}
};

/// Any other file is wrong: claim, price, corpus, shard, tokenizer, weights, checkpoint, record
/// (exit 3).
class DataError : public Error {
 public:
  explicit DataError(const std::string& message) : Error(ExitCode::kData, message) {}
};

/// A device or driver failed, or memory ran out (exit 4).
class DeviceError : public Error {
 public:
  explicit DeviceError(const std::string& message) : Error(ExitCode::kDevice, message) {}
};

/// Training gave up, for example after three non-finite steps in a row (exit 5).
class TrainingError : public Error {
 public:
  explicit TrainingError(const std::string& message) : Error(ExitCode::kTrainingGaveUp, message) {}
};

/// Storage is full or read-only (exit 6).
class StorageError : public Error {
 public:
  explicit StorageError(const std::string& message) : Error(ExitCode::kStorage, message) {}
};

/// An invariant of this program is broken: our bug (exit 70).
class InternalError : public Error {
 public:
  explicit InternalError(const std::string& message) : Error(ExitCode::kInternal, message) {}
};

/// Throws InternalError unless `invariant` holds. For our own invariants only; what a user or a
/// file can get wrong is checked at the border with a named error.
inline void check(bool invariant, const char* message) {
  if (!invariant) throw InternalError(message);
}

}  // namespace assay
