#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "record/line_reader.h"
#include "record/step_record.h"

namespace assay::record {

/// Reads many lines of steps.jsonl and energy.*.jsonl: the same figures and errors as parse_step()
/// and parse_energy_sample(), several times as fast. A line that is not exactly what today's
/// programs write goes to those.
class RecordLineParser {
 public:
  RecordLineParser();
  ~RecordLineParser();
  RecordLineParser(RecordLineParser&&) = delete;
  RecordLineParser& operator=(RecordLineParser&&) = delete;

  /// The step of the reader's present line. Throws: DataError as parse_step().
  StepRecord step(const LineReader& reader);
  /// The same of energy. Throws: DataError as parse_energy_sample().
  EnergySample energy(const LineReader& reader);

 private:
  template <class T>
  T parse(const LineReader& reader, std::string_view kind,
          T (*careful)(std::string_view, const std::string&));

  struct Json;
  std::unique_ptr<Json> json_;
};

}  // namespace assay::record
