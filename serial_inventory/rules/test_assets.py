import unittest

from serial_inventory.rules.assets import CLEARED, AssetFacts, check_link, check_one, facts

OLD = AssetFacts("ASS-1", "Scrapped", "Berlin", "EMP-1")
NEW = AssetFacts("ASS-2", "Submitted", "Paris", "", "IT")


class TestFacts(unittest.TestCase):
	def test_a_unit_without_an_asset_says_nothing(self):
		self.assertEqual(facts([]), CLEARED)

	def test_the_standing_asset_is_told(self):
		told = {
			"asset": "ASS-2",
			"asset_status": "Submitted",
			"location": "Paris",
			"employee": None,
			"department": "IT",
		}
		self.assertEqual(facts([OLD, NEW]), told)
		self.assertEqual(facts([NEW, OLD]), told)

	def test_the_last_one_that_ended_is_told_when_none_stands(self):
		self.assertEqual(facts([OLD])["asset_status"], "Scrapped")


class TestChecks(unittest.TestCase):
	def test_a_unit_is_one_asset_at_a_time(self):
		self.assertEqual(check_one("RT-1", [OLD]), [])
		self.assertIn("RT-1 is Asset ASS-2 already", check_one("RT-1", [OLD, NEW])[0].text())

	def test_an_asset_of_a_unit_is_one_thing_of_its_company(self):
		self.assertEqual(check_link("RT-1", "Northwind", "Northwind", 1), [])
		self.assertIn("Asset Quantity is 3", check_link("RT-1", "Northwind", "Northwind", 3)[0].text())
		self.assertIn(
			"company Northwind, not to Other", check_link("RT-1", "Other", "Northwind", 1)[0].text()
		)


if __name__ == "__main__":
	unittest.main()
