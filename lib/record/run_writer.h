#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "record/line_file.h"
#include "record/run_manifest.h"
#include "record/step_record.h"

namespace assay {

/// Writes a run directory as FORMAT.md describes. Every line is one write(2), so nothing is lost
/// when the process is killed; events "checkpoint" and "stop" also wait for the disk.
///
/// `consume` never throws: the first failure is kept, later items are dropped, and the train loop
/// asks `error()` once a step and stops; `check()` turns it into StorageError (exit 6). A process
/// with a file size limit must ignore SIGXFSZ to get that error instead of the signal.
/// Thread-safe.
class RunWriter final : public StepSink {
 public:
  struct Options {
    int rank = 0;            ///< rank 0 owns manifest and steps; every rank has its events
    std::string node = "0";  ///< names energy.<node>.jsonl
  };

  /// Starts a run in `dir`, which is made where it is missing: writes manifest.json and the event
  /// "run_start" at `manifest.started_unix_s`. Throws: DataError where `dir` already holds a run
  /// (or another process writes it), StorageError.
  static std::unique_ptr<RunWriter> create(const std::filesystem::path& dir,
                                           const RunManifest& manifest, const Options& options);
  static std::unique_ptr<RunWriter> create(const std::filesystem::path& dir,
                                           const RunManifest& manifest);

  /// Goes on with the run in `dir` after `manifest.resumed_at_step`: writes manifest.<n>.json and
  /// the event "resume", cuts torn last lines. Steps after that step that earlier processes wrote
  /// stay in the file; readers count them as lost. Throws: DataError where there is no run,
  /// ConfigError where another process writes it, StorageError.
  static std::unique_ptr<RunWriter> resume(const std::filesystem::path& dir,
                                           const RunManifest& manifest, const Options& options);
  static std::unique_ptr<RunWriter> resume(const std::filesystem::path& dir,
                                           const RunManifest& manifest);

  /// Joins attempt `attempt` of rank 0 as another rank (`options.rank` > 0), after rank 0 made or
  /// resumed the run. Throws: StorageError, ConfigError.
  static std::unique_ptr<RunWriter> join(const std::filesystem::path& dir, int attempt,
                                         const Options& options);

  /// Steps are written by rank 0 only; the other ranks' copies are dropped.
  void consume(const RunItem& item) noexcept override;

  /// The first failure of `consume`, if there was one.
  [[nodiscard]] std::optional<std::string> error() const;
  /// Throws: StorageError with the first failure of `consume`, if there was one.
  void check() const;
  /// Waits until everything written is on the disk. Throws: StorageError.
  void sync();

  [[nodiscard]] const std::filesystem::path& dir() const { return dir_; }
  /// 0 for the first process of the run, 1 for the one that resumed it, and so on.
  [[nodiscard]] int attempt() const { return attempt_; }

 private:
  RunWriter(std::filesystem::path dir, int attempt, Options options);

  void write(StepRecord step);
  void write(EnergySample sample);
  void write(RunEvent event);
  void write(InferenceRecord batch);
  void start(const RunManifest& manifest, const char* event_kind);
  void sync_files();

  std::filesystem::path dir_;
  int attempt_ = 0;
  Options options_;
  mutable std::mutex mutex_;
  std::optional<record::LineFile> steps_;  // rank 0
  record::LineFile events_;
  std::optional<record::LineFile> energy_;     // opened by the first sample
  std::optional<record::LineFile> inference_;  // rank 0, opened by the first batch
  bool failed_ = false;
  std::string error_;
};

/// Throws: DataError where `dir` already holds a run.
void require_no_run(const std::filesystem::path& dir);

/// The name of the manifest of one process of a run: "manifest.json", then "manifest.1.json" ...
std::string manifest_name(int attempt);

}  // namespace assay
