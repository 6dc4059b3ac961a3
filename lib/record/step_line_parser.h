#pragma once

#include <memory>
#include <string>

#include "record/line_reader.h"
#include "record/step_record.h"

namespace assay::record {

/// Reads many lines of steps.jsonl: the same figures and errors as parse_step(), several times as
/// fast. A line that is not exactly what today's programs write goes to parse_step().
class StepLineParser {
 public:
  StepLineParser();
  ~StepLineParser();
  StepLineParser(StepLineParser&&) = delete;
  StepLineParser& operator=(StepLineParser&&) = delete;

  /// The step of the reader's present line. Throws: DataError as parse_step().
  StepRecord parse(const LineReader& reader);

 private:
  struct Json;
  std::unique_ptr<Json> json_;
};

}  // namespace assay::record
