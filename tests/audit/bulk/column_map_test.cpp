#include "audit/bulk/column_map.h"

#include <fstream>

#include "audit/bulk/system_row.h"
#include "tests/audit/audited.h"
#include "tests/formats/temporary_folder.h"

namespace assay::audit {
namespace {

ColumnMap map_of(const std::string& text) {
  const TemporaryFolder folder;
  std::ofstream(folder / "map.toml") << text;
  return ColumnMap::read(folder / "map.toml");
}

std::string map_fault(const std::string& text) {
  try {
    (void)map_of(text);
  } catch (const DataError& error) {
    return error.what();
  }
  return {};
}

TEST_CASE("any spreadsheet's columns and units are mapped") {
  const ColumnMap map = map_of(
      "[columns]\nname = \"System\"\nparams = { column = \"Params (B)\", unit = \"1e9 param\" }\n"
      "hours = \"GPUh\"\nwall = { column = \"Days\", unit = \"day\" }\n"
      "cost = { column = \"Cost\", unit = \"USD\" }\n");
  const CsvTable table =
      read_csv("System,Params (B),GPUh,Days,Cost\nx,70,\"1,720,320\",35,$3000000\n", "t.csv");
  const std::vector<SystemRow> rows = read_systems(table, map, "t.csv");
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].faults.empty());
  CHECK(*rows[0].number("params") == 70e9);
  CHECK(*rows[0].number("hours") == 1720320);
  CHECK(*rows[0].number("wall") == Approx(840));
  CHECK(*rows[0].number("cost") == 3e6);
}

TEST_CASE("commas that are no thousands are no number") {
  const ColumnMap map = map_of("[columns]\nname = \"n\"\nhours = \"h\"\n");
  const auto faults = [&](const std::string& cell) {
    return read_systems(read_csv("n,h\nx,\"" + cell + "\"\n", "t.csv"), map, "t.csv")[0]
        .faults.size();
  };
  CHECK(faults("1,720,320") == 0);
  CHECK(faults("1,72") == 1);
  CHECK(faults("1,7203") == 1);
  CHECK(faults(",720") == 1);
  CHECK(faults("$5") == 1);  // an amount of money is no number of hours
}

TEST_CASE("faults of a map are told with their place") {
  CHECK(map_fault("[columns]\nhours = \"h\"\n").find("\"name\" is missing") != std::string::npos);
  CHECK(map_fault("[columns]\nname = \"n\"\nhour = \"h\"\n").find("nearest known: \"hours\"") !=
        std::string::npos);
  CHECK(map_fault("[columns]\nname = \"n\"\nhours = { column = \"h\", unit = \"day\" }\n")
            .find(":3:") != std::string::npos);
  CHECK(map_fault("[columns]\nname = { column = \"n\", unit = \"h\" }\n")
            .find("is a text and has no unit") != std::string::npos);
  CHECK(map_fault("[columns]\nname = 3\n").find("a column is its name") != std::string::npos);
  CHECK(map_fault("x = 1\n").find("[columns] is missing") != std::string::npos);
}

TEST_CASE("a table without the needed columns is refused") {
  const auto refused = [](const std::string& header) {
    try {
      (void)read_systems(read_csv(header + "\n", "t.csv"), ColumnMap::epoch(), "t.csv");
    } catch (const DataError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(refused("Foo,Bar").find("no column \"Model\"") != std::string::npos);
  CHECK(refused("Model,Bar").find("none of the columns") != std::string::npos);
}

}  // namespace
}  // namespace assay::audit
