"""Equal to ERPNext alone: Work Orders, disassembly, subcontracting."""

import frappe

from serial_inventory.tests import chains, makers
from serial_inventory.tests.equality import EqualityCase


class TestWorkOrders(EqualityCase):
	def setUp(self):
		super().setUp()
		makers.item("GATEWAY-G1", "GW-.####", warranty_period=0)
		chains.bom("GATEWAY-G1", ("ROUTER-X1", 1))

	def enter(self, order, purpose, qty, time="10:00:00", **serials):
		entry = chains.work_order_entry(order, purpose, qty, **serials)
		entry.update({"set_posting_time": 1, **self.moment(-1, time)})
		entry.insert()
		entry.submit()
		return entry

	def made(self, order):
		to_floor = self.enter(order, "Material Transfer for Manufacture", 2, ROUTER_X1="EQ-00002\nEQ-00004")
		return [to_floor, self.enter(order, "Manufacture", 2, "11:00:00", ROUTER_X1="EQ-00002\nEQ-00004")]

	def test_made(self):
		order = chains.work_order("GATEWAY-G1", 2)
		self.compare(lambda: self.made(order))

	def test_made_under_numbers_of_the_work_order(self):
		frappe.db.set_single_value("Manufacturing Settings", "make_serial_no_batch_from_work_order", 1)
		order = chains.work_order("GATEWAY-G1", 2)
		self.compare(lambda: self.made(order))

	def test_taken_apart_again(self):
		order = chains.work_order("GATEWAY-G1", 2)

		def make():
			docs = self.made(order)
			apart = chains.work_order_entry(
				order, "Disassemble", 1, GATEWAY_G1="GW-0001", ROUTER_X1="EQ-00002"
			)
			apart.update({"set_posting_time": 1, **self.moment(-1, "12:00:00")})
			apart.insert()
			apart.submit()
			return [*docs, apart]

		self.compare(make)


class TestSubcontracting(EqualityCase):
	def setUp(self):
		super().setUp()
		makers.item("GATEWAY-G1", "GW-.####", warranty_period=0, is_sub_contracted_item=1)
		self.order = chains.subcontracting_order("GATEWAY-G1", "ROUTER-X1", 2)

	def sent(self):
		return chains.send_to_subcontractor(self.order, "EQ-00001\nEQ-00005", **self.moment())

	def test_sent(self):
		self.compare(self.sent)

	def test_sent_picked(self):
		self.compare(lambda: chains.send_to_subcontractor(self.order, None, **self.moment()))

	def test_received_by_series(self):
		self.compare(lambda: [self.sent(), chains.subcontracting_receipt(self.order, **self.moment(-1))])

	def test_received_typed(self):
		row = {"serial_no": "G-1\nG-2", "use_serial_batch_fields": 1}
		self.compare(
			lambda: [self.sent(), chains.subcontracting_receipt(self.order, row=row, **self.moment(-1))]
		)

	def test_received_with_rejected(self):
		row = {
			"qty": 1,
			"rejected_qty": 1,
			"received_qty": 2,
			"rejected_warehouse": makers.REJECTED,
			"serial_no": "G-1",
			"rejected_serial_no": "G-2",
			"use_serial_batch_fields": 1,
		}
		self.compare(
			lambda: [self.sent(), chains.subcontracting_receipt(self.order, row=row, **self.moment(-1))]
		)
